// Runs git and returns its output, whatever the user's configuration and environment say.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { environmentForOtherFolder } from '../base/child-environment.ts';
import { UserError } from '../base/errors.ts';

/** Paths are plain text, no program of the user's runs, and reading writes no index. */
const OPTIONS = [
  '--no-pager',
  '--no-optional-locks',
  '--literal-pathspecs',
  ...['core.quotePath=false', 'core.fsmonitor=false', 'color.ui=false', 'i18n.logOutputEncoding=UTF-8'].flatMap(
    (setting) => ['-c', setting],
  ),
];
/** Bytes of output that git may print: enough for the largest repositories. */
const OUTPUT_LIMIT = 2 ** 28;

/** A git command that failed. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** Lists the arguments before a subcommand that make its output the same for every user. */
export function gitOptions(folder: string): string[] {
  return ['-C', folder, ...OPTIONS];
}

/** Returns the environment of git: its messages are in English, and it asks for no password. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return { ...environmentForOtherFolder(), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
}

/**
 * Runs git.
 *
 * @param folder its working directory; paths among the arguments are relative to it
 * @param args subcommand and options
 * @returns its standard output without the last line break
 * @throws UserError if git is not installed; GitError with git's message, in English, if the command fails
 */
export function git(folder: string, ...args: string[]): Promise<string> {
  return gitWithInput('', folder, ...args);
}

/**
 * Runs git with text on its standard input.
 *
 * @throws as `git`
 */
export async function gitWithInput(input: string, folder: string, ...args: string[]): Promise<string> {
  try {
    const run = promisify(execFile)('git', [...gitOptions(folder), ...args], {
      maxBuffer: OUTPUT_LIMIT,
      env: gitEnvironment(),
    });
    // If git is missing or stops early, its input is closed; the promise then rejects.
    run.child.stdin?.on('error', () => undefined).end(input);
    return (await run).stdout.replace(/\n$/, '');
  } catch (cause) {
    const { code, stderr, message } = cause as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT')
      throw new UserError('git is not installed, or not in the PATH; it is needed to find commits');
    throw new GitError(stderr?.trim() || message, { cause });
  }
}
