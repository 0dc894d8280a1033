// Runs a program as a child process: collects its output, limits its time, stops it, and says how it ended.
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { Duplex, type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createStopper, type StopOptions, type StopReason } from './child-stopper.ts';
import { type ChildGuard, guardChild } from './guard-children.ts';

/** A program and its arguments. No shell is involved: arguments arrive unchanged. */
export type Command = readonly [program: string, ...args: string[]];

/** How a child process is started and stopped. */
export interface ChildOptions extends StopOptions {
  /** Working directory; by default that of this process. */
  readonly cwd?: string | undefined;
  /** The whole environment; by default that of this process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** What happens to standard output; by default it is collected. */
  readonly stdout?: 'collect' | 'ignore';
  /** What happens to standard error; by default it is collected. */
  readonly stderr?: 'collect' | 'ignore';
  /** Receives each line of standard error as it arrives, if that is collected. */
  onErrorLine?(line: string): void;
  /** Receives the lines of both outputs as they arrive, if they are collected. */
  onLines?(lines: readonly string[]): void;
  /** How many characters of each output are kept, counted from the end; 1,000,000 by default. */
  readonly outputLimit?: number;
  /** Stops the child when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the child gets its own process group: Ctrl-C in the terminal then does not reach it. False by default. */
  readonly ownGroup?: boolean;
  /**
   * Whether the child ends by itself within a moment and starts nothing, like a query of nvidia-smi. Then nobody searches
   * for what it left, and it may outlive a killed parent. False by default.
   */
  readonly isBrief?: boolean;
  /**
   * Number of pipes that both processes can read and write, on file descriptors 3, 4 and so on of the child; 0 by default.
   * Only for a child without a message channel.
   */
  readonly pipes?: number;
  /** Sent to the child over Node's message channel as it starts; needs `onMessage`. */
  readonly message?: object;
  /** Receives the messages of a child that runs Node; absent: the child has no message channel. */
  onMessage?(message: unknown): void;
}

/** How a child process ended. */
export interface ChildEnd {
  /** Exit status; null after a signal, and when the program could not be started. */
  readonly code: number | null;
  /** The signal that ended it; null when it exited. */
  readonly signal: NodeJS.Signals | null;
  /** Why this process stopped it; null when it ended by itself. */
  readonly stopped: StopReason | null;
  /** Why the program could not be started (`code` is `'ENOENT'` when there is none); null when it was. */
  readonly startError: NodeJS.ErrnoException | null;
  /** What it printed: the last `outputLimit` characters; empty where output was not collected. */
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output and standard error in the order of their arrival, the last `outputLimit` characters. */
  readonly output: string;
  /** From its start until it ended, everything that it started was killed, and its outputs were closed. */
  readonly seconds: number;
}

/** A child process that runs. */
export interface Child {
  /** Undefined when the program could not be started. */
  readonly pid: number | undefined;
  /**
   * Resolves when the child has ended, what it started has been killed, and its output and messages have arrived; never
   * rejects. A process that could not be found may still hold the outputs open: they are closed after half a second.
   */
  readonly ended: Promise<ChildEnd>;
  /** This process's ends of `ChildOptions.pipes`, in their order. */
  readonly pipes: readonly Duplex[];
  /** Stops the child. Only the first call counts. */
  stop(reason: StopReason): void;
}

const OUTPUT_LIMIT = 1_000_000;
/** How long the outputs of an ended child may stay open. */
const DRAIN_MILLISECONDS = 500;
/** Characters. */
const LONGEST_LINE = 100_000;

/** What Node imports first to run the project's TypeScript: the value of its option `--import`. */
export const TYPESCRIPT: string = new URL('../../bin/typescript.mjs', import.meta.url).href;

/**
 * Builds the command that runs a TypeScript module of this project in a new Node process, whatever its working directory.
 *
 * @param module URL of the file
 * @param args arguments of the module
 */
export function moduleCommand(module: URL, ...args: readonly string[]): Command {
  return [process.execPath, '--import', TYPESCRIPT, fileURLToPath(module), ...args];
}

/**
 * Runs a program and waits for its end.
 *
 * @returns how it ended; never rejects for anything that the child does
 */
export function runChild(command: Command, options: ChildOptions = {}): Promise<ChildEnd> {
  return startChild(command, options).ended;
}

/**
 * Starts a program. When the child ends, whatever it has started and left is killed; when this process ends before it,
 * by SIGKILL too, the child is killed with all that it has started.
 */
export function startChild([program, ...args]: Command, options: ChildOptions = {}): Child {
  const start = performance.now();
  const { stdout = 'collect', stderr = 'collect', signal, ownGroup = false, onMessage } = options;
  const guard = options.isBrief ? null : guardChild();
  const child = spawn(program, args, {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...(options.env ?? process.env), ...guard?.environment },
    detached: ownGroup,
    serialization: 'advanced',
    stdio: [
      'ignore',
      pipeOf(stdout),
      pipeOf(stderr),
      ...(onMessage ? (['ipc'] as const) : []),
      ...Array.from({ length: options.pipes ?? 0 }, () => 'pipe' as const),
    ],
  });
  if (child.pid !== undefined) guard?.started(child.pid);
  const outputs = collectOutputs(child, options.outputLimit ?? OUTPUT_LIMIT);
  const { onErrorLine, onLines } = options;
  if (onErrorLine) passLines(child.stderr, (lines) => lines.forEach(onErrorLine));
  if (onLines) for (const output of [child.stdout, child.stderr]) passLines(output, onLines);
  if (onMessage) {
    child.on('message', onMessage);
    // A child that died before it could receive the message is reported by its end.
    if (options.message) child.send(options.message, () => {});
  }
  const stopper = createStopper(child, () => guard?.kill(), options);
  const onAbort = (): void => stopper.stop('aborted');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  process.once('exit', stopper.ask);

  const ended = endOf(child, guard).then(({ code, signal: endSignal, startError }): ChildEnd => {
    stopper.release();
    signal?.removeEventListener('abort', onAbort);
    process.off('exit', stopper.ask);
    const seconds = (performance.now() - start) / 1000;
    return { code, signal: endSignal, stopped: stopper.reason(), startError, ...outputs(), seconds };
  });
  const pipes = (child.stdio ?? []).slice(3).filter((pipe): pipe is Duplex => pipe instanceof Duplex);
  // A child that ends while this process writes to it is reported by its end.
  for (const pipe of pipes) pipe.on('error', () => {});
  return { pid: child.pid, pipes, ended, stop: stopper.stop };
}

/**
 * Names the way a child ended: `exit status 3`, `killed by SIGKILL`, `spawn g++ ENOENT`.
 *
 * @param end of a child
 */
export function describeEnd({ code, signal, startError }: Pick<ChildEnd, 'code' | 'signal' | 'startError'>): string {
  if (startError) return startError.message;
  return signal ? `killed by ${signal}` : `exit status ${code}`;
}

/**
 * Finds the reason that a failed child gives: the first line of standard error that names an error, else the end of
 * standard error, else how the child ended.
 *
 * @param end of a child
 * @param limit characters of standard error at most
 */
export function failureOf(end: Pick<ChildEnd, 'code' | 'signal' | 'startError' | 'stderr'>, limit = 400): string {
  return /^\w*Error: .*$/m.exec(end.stderr)?.[0] ?? (end.stderr.trim().slice(-limit) || describeEnd(end));
}

function pipeOf(output: 'collect' | 'ignore'): 'pipe' | 'ignore' {
  return output === 'collect' ? 'pipe' : 'ignore';
}

/** Keeps the end of both outputs, so that a child that prints without end does not fill the memory. */
function collectOutputs(child: ChildProcess, limit: number): () => Pick<ChildEnd, 'stdout' | 'stderr' | 'output'> {
  const texts = { stdout: '', stderr: '', output: '' };
  const add = (name: keyof typeof texts, chunk: string): void => {
    texts[name] += chunk;
    if (texts[name].length > 2 * limit) texts[name] = texts[name].slice(-limit);
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      add(name, chunk);
      add('output', chunk);
    });
  }
  return () => ({
    stdout: texts.stdout.slice(-limit),
    stderr: texts.stderr.slice(-limit),
    output: texts.output.slice(-limit),
  });
}

/** Calls a listener with the lines of an output; a text without a line break is a line once it is long or the output ends. */
function passLines(output: Readable | null, take: (lines: readonly string[]) => void): void {
  let rest = '';
  output?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST_LINE) {
      lines.push(rest);
      rest = '';
    }
    if (lines.length > 0) take(lines);
  });
  output?.on('close', () => {
    if (rest !== '') take([rest]);
  });
}

/** Waits for a child's end, kills what it has left, and reads the rest of its output. */
function endOf(
  child: ChildProcess,
  guard: ChildGuard | null,
): Promise<Pick<ChildEnd, 'code' | 'signal' | 'startError'>> {
  return new Promise((resolve) => {
    // Node also emits 'error' when a signal cannot be sent: then the child did start.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, startError: error });
    });
    // 'close', not 'exit': output and messages that are still in the pipes arrive before it.
    child.once('close', (code, signal) => resolve({ code, signal, startError: null }));
    child.once('exit', () => {
      guard?.ended();
      guard?.kill();
      const drain = setTimeout(() => {
        // One more round of the event loop reads what has already arrived.
        setImmediate(() => {
          closePipes(child);
          resolve({ code: child.exitCode, signal: child.signalCode, startError: null });
        });
      }, DRAIN_MILLISECONDS);
      child.once('close', () => clearTimeout(drain));
    });
  });
}

/** Closes this process's ends of all pipes. */
function closePipes(child: ChildProcess): void {
  for (const pipe of child.stdio) pipe?.destroy();
  if (child.connected) child.disconnect();
}
