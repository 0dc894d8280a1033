// Runs git and returns its output.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { environmentForOtherFolder } from '../base/child-environment.ts';
import { UserError } from '../base/errors.ts';

/** A git command that failed. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/**
 * Runs git.
 *
 * @param folder its working directory
 * @param args subcommand and options
 * @returns its standard output, trimmed
 * @throws UserError if git is not installed; GitError with git's message, in English, if the command fails
 */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const settings = { maxBuffer: 2 ** 26, env: { ...environmentForOtherFolder(), LC_ALL: 'C' } };
  try {
    return (await promisify(execFile)('git', ['-C', folder, ...args], settings)).stdout.trim();
  } catch (cause) {
    const { code, stderr, message } = cause as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT')
      throw new UserError('git is not installed, or not in the PATH; it is needed to find commits');
    throw new GitError(stderr?.trim() || message, { cause });
  }
}
