// Runs `npm run bench` of some state of the code, which may be older or newer than this one.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'shell-quote';
import { environmentElsewhere } from '../../base/child-environment.ts';
import { UserError } from '../../base/errors.ts';

/** One run. */
export interface BenchProcess {
  /** The project's root: whose code runs. */
  readonly root: string;
  /** How messages name that code. */
  readonly name: string;
  /** Options of bench but for where records and report go. */
  readonly words: readonly string[];
  /** Where its records go, absolute. */
  readonly out: string;
}

/**
 * Runs what `npm run bench` runs, its progress where ours goes, and waits for its end. It renders no report.
 *
 * @param signal stops it in good order: it keeps what is finished
 * @returns its exit status: 0 all well, 1 a model failed or it was stopped, 2 wrong use
 * @throws UserError when that code has no bench that can be run, or does not understand the options
 */
export async function runBenchProcess(run: BenchProcess, signal: AbortSignal): Promise<number> {
  const script = await scriptOf(run);
  const words = [...run.words, '--out', run.out, '--no-report'];
  // A terminal stays one for the other code's progress; its table is left to ours.
  const child = start(run.root, [...script, ...words], ['ignore', 'ignore', 'inherit']);
  // From a terminal Ctrl-C reaches both, and so arrives twice, which counts as once. On Windows a kill is no request.
  const stop = (): void => void (process.platform !== 'win32' && child.kill('SIGINT'));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const status = await new Promise<number | null>((resolve, reject) =>
      child
        .on('error', (cause) => reject(new UserError(`cannot start ${script.join(' ')}: ${cause.message}`, { cause })))
        .on('close', (code) => resolve(code)),
    );
    if (status === 2 && !signal.aborted) throw await refusal(run, script);
    return status ?? 1;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The words of what `npm run bench` runs. */
async function scriptOf({ root, name }: BenchProcess): Promise<string[]> {
  const manifest = await readFile(path.join(root, 'package.json'), 'utf8').catch(() => '{}');
  const script = (JSON.parse(manifest) as { scripts?: Record<string, string> }).scripts?.['bench'];
  if (!script) throw new UserError(`${name} has no npm script "bench": nothing there can be measured`);
  const words = parse(script);
  if (words.every((word) => typeof word === 'string')) return words;
  throw new UserError(`${name} has an npm script "bench" that needs a shell, which is not supported: ${script}`);
}

/**
 * Starts the script itself: npm, and the shell that it starts, would end at a signal before the bench does, and leave
 * it alone.
 */
function start(root: string, [program, ...words]: readonly string[], stdio: SpawnOptions['stdio']): ChildProcess {
  const command = program === 'node' ? process.execPath : program!;
  // As npm does: programs of packages come first.
  const env = environmentElsewhere();
  const name = Object.keys(env).find((variable) => variable.toUpperCase() === 'PATH') ?? 'PATH';
  const programs = [path.join(root, 'node_modules', '.bin'), env[name]].join(path.delimiter);
  return spawn(command, words, { cwd: root, env: { ...env, [name]: programs }, stdio: stdio! });
}

/** Says why a run was refused: its own message stands above. */
async function refusal({ root, name, words }: BenchProcess, script: readonly string[]): Promise<UserError> {
  const help = await printedBy(root, [...script, '--help']);
  const given = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!);
  const unknown = given.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help));
  return new UserError(
    help !== '' && unknown.length > 0
      ? `the code of ${name} does not know ${unknown.join(', ')}: it can be measured without`
      : `the code of ${name} refuses these options; its own message is above`,
  );
}

async function printedBy(root: string, words: readonly string[]): Promise<string> {
  const child = start(root, words, ['ignore', 'pipe', 'ignore']);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => child.on('error', resolve).on('close', resolve));
  return text;
}
