// Runs the script behind `npm run bench` of a checkout, whose code may be older or newer than this one.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parse } from 'shell-quote';
import { environmentForOtherFolder } from '../../base/child-environment.ts';
import { type ChildOptions, type Command, runChild } from '../../base/child-process.ts';
import { UserError } from '../../base/errors.ts';

/** One run of bench. */
export interface BenchProcess {
  /** The root of the project whose code runs. */
  readonly root: string;
  /** How messages name that code. */
  readonly name: string;
  /** Arguments of bench, without `--out` and `--no-report`. */
  readonly args: readonly string[];
  /** The absolute folder of its records. */
  readonly out: string;
}

/** Listener and abort signal of a run of bench. */
export interface BenchProcessHooks {
  readonly signal: AbortSignal;
  /** Receives each line that bench prints on standard error. Code of other commits may print control characters. */
  printed(line: string): void;
}

/**
 * Runs bench and waits for its end. It renders no report.
 *
 * @param hooks `signal` stops it in good order, so that it keeps its finished records; `printed` receives its progress
 * @returns its exit status: 0 success, 1 a model failed or it was stopped, 2 wrong use
 * @throws UserError if that code has no bench that can be run, or rejects the arguments
 */
export async function runBenchProcess(run: BenchProcess, { signal, printed }: BenchProcessHooks): Promise<number> {
  const script = await scriptOf(run);
  const args = [...run.args, '--out', run.out, '--no-report'];
  const end = await runScript(run.root, [...script, ...args], {
    // Its result table is not needed: the caller prints one.
    stdout: 'ignore',
    onErrorLine: printed,
    signal,
    // In a terminal, Ctrl-C reaches both processes. Bench counts signals in quick succession as one.
    stopSignal: 'SIGINT',
    graceMilliseconds: Infinity,
  });
  if (end.startError) {
    throw new UserError(`cannot start ${script.join(' ')}: ${end.startError.message}`, { cause: end.startError });
  }
  if (end.code === 2 && !signal.aborted) throw await refusal(run, script);
  return end.code ?? 1;
}

/** The command of the npm script `bench`. */
async function scriptOf({ root, name }: BenchProcess): Promise<Command> {
  const manifest = await readFile(path.join(root, 'package.json'), 'utf8').catch(() => '{}');
  const script = (JSON.parse(manifest) as { scripts?: Record<string, string> }).scripts?.['bench'];
  if (!script) throw new UserError(`${name} has no npm script "bench", so it cannot be measured`);
  const parts = parse(script);
  if (parts.every((part) => typeof part === 'string')) return parts as unknown as Command;
  throw new UserError(`${name} has an npm script "bench" that needs a shell, which is not supported: ${script}`);
}

/** Runs the script without npm and its shell: at a signal they would end before bench does, and leave it running. */
function runScript(root: string, [program, ...args]: Command, options: ChildOptions) {
  // Programs of packages come first in the PATH, as npm does it.
  const env = environmentForOtherFolder();
  const programs = [path.join(root, 'node_modules', '.bin'), env['PATH']].join(path.delimiter);
  const command: Command = [program === 'node' ? process.execPath : program, ...args];
  return runChild(command, { ...options, cwd: root, env: { ...env, PATH: programs } });
}

/** The error of a run that was refused. The message of the other code is already on standard error. */
async function refusal({ root, name, args }: BenchProcess, script: Command): Promise<UserError> {
  const { stdout: help } = await runScript(root, [...script, '--help'], { stderr: 'ignore' });
  const given = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.split('=')[0]!);
  const unknown = given.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help));
  return new UserError(
    help !== '' && unknown.length > 0
      ? `the code of ${name} does not know ${unknown.join(', ')}: measure it without`
      : `the code of ${name} refuses these options; its own message is above`,
  );
}
