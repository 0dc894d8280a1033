// Runs one fit in a process of its own: real time-outs, real memory peaks, and a crash that takes nothing else along.
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { ENGINE_ENVIRONMENT } from '../engine/runtime/environment.ts';
import type { Progress } from '../types.ts';
import { watchDevice } from './device-watch.ts';
import type { FitOutcome } from './fit.ts';
import type { EngineFacts, FitJob, FitMessage } from './job.ts';

/** How long a fit may take to answer SIGTERM before SIGKILL follows. */
const GRACE_MILLISECONDS = 5000;
const MEMORY_POLL_MILLISECONDS = 250;
/** How much of a crashed process's last words is kept. */
const LAST_WORDS = 2000;

/** What is known of a process however it ended. */
interface Facts {
  readonly engine: EngineFacts | null;
  readonly peakRssBytes: number | null;
  /** Most device memory, as the engine or the card's own tool counts it; null where neither does, absent where nobody asked. */
  readonly peakDeviceBytes?: number | null;
  /** What the machine's cards used during the process; null unless the fit ran on one that tells. */
  readonly energyJoules?: number | null;
  /** From the start of the process to its end. */
  readonly totalSeconds: number;
}

/** How a fit's process ended. Only a finished one has numbers. */
export type ProcessOutcome = Facts &
  (
    | { readonly status: 'ok'; readonly outcome: FitOutcome }
    | {
        readonly status: 'failed' | 'timed-out' | 'aborted';
        readonly error: { kind: string; message: string; stack: string | null };
      }
  );

/** Limits and listeners of one fit. */
export interface ProcessOptions {
  /** Seconds after which the fit is stopped; absent for no limit. */
  readonly timeoutSeconds?: number | undefined;
  /** Stops the fit when aborted. */
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
  /** Added to the child's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long after SIGTERM SIGKILL follows; 5 seconds unless a test is in a hurry. */
  readonly graceMilliseconds?: number;
}

/**
 * Fits one model in a child process and waits for its end. Never rejects for anything the child does: a crash, a
 * time-out or a kill is an outcome.
 *
 * @param job what to fit
 */
export function runFitProcess(job: FitJob, options: ProcessOptions): Promise<ProcessOutcome> {
  const started = performance.now();
  const child = fork(fileURLToPath(new URL('./fit-child.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    // A group of its own: Ctrl-C reaches the harness alone, which then stops the fit in good order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...ENGINE_ENVIRONMENT, ...process.env, ...options.env },
  });
  let engine: EngineFacts | null = null;
  let finished: { outcome: FitOutcome; peakRssBytes: number; peakDeviceBytes: number | null } | undefined;
  // Elsewhere the cards, if there are any, have nothing to do with the fit.
  const watch = job.device !== 'cpu' && child.pid ? watchDevice(child.pid) : undefined;
  let failed: { kind: string; message: string; stack: string | null } | undefined;
  let stoppedFor: 'timed-out' | 'aborted' | undefined;
  let peakRssBytes: number | null = null;
  let lastWords = '';
  let killTimer: NodeJS.Timeout | undefined;

  const stop = (reason: 'timed-out' | 'aborted'): void => {
    if (stoppedFor) return;
    stoppedFor = reason;
    child.kill('SIGTERM');
    killTimer = setTimeout(() => child.kill('SIGKILL'), options.graceMilliseconds ?? GRACE_MILLISECONDS);
  };
  const onAbort = (): void => stop('aborted');
  const timeout = options.timeoutSeconds
    ? setTimeout(() => stop('timed-out'), options.timeoutSeconds * 1000)
    : undefined;
  const memoryPoll = setInterval(async () => {
    if (child.pid) peakRssBytes = (await peakRssOf(child.pid)) ?? peakRssBytes;
  }, MEMORY_POLL_MILLISECONDS);
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();

  // Libraries print as they please; what a process said last explains a crash.
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
  }
  child.on('message', (message: FitMessage) => {
    if (message.type === 'progress') options.onProgress(message.progress);
    else if (message.type === 'engine') engine = message.engine;
    else if (message.type === 'done') finished = message;
    else failed = { kind: message.kind, message: message.message, stack: message.stack };
  });

  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (code: number | null, signal: NodeJS.Signals | null, spawnError?: Error): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timeout);
      clearTimeout(killTimer);
      clearInterval(memoryPoll);
      options.signal.removeEventListener('abort', onAbort);
      const totalSeconds = (performance.now() - started) / 1000;
      void watched(totalSeconds).then((facts) => finish(facts, code, signal, spawnError));
    };
    const watched = async (totalSeconds: number): Promise<Facts> => {
      const usage = await watch?.stop();
      return {
        engine,
        peakRssBytes: finished?.peakRssBytes ?? peakRssBytes,
        peakDeviceBytes: finished?.peakDeviceBytes ?? usage?.peakBytes ?? null,
        energyJoules: usage?.energyJoules ?? null,
        totalSeconds,
      };
    };
    const finish = (facts: Facts, code: number | null, signal: NodeJS.Signals | null, spawnError?: Error): void => {
      if (finished && !stoppedFor) {
        resolve({ ...facts, status: 'ok', outcome: finished.outcome });
      } else if (stoppedFor === 'timed-out') {
        const message = `stopped after ${options.timeoutSeconds} s, the limit of --timeout`;
        resolve({ ...facts, status: 'timed-out', error: { kind: 'timeout', message, stack: null } });
      } else if (stoppedFor === 'aborted') {
        const error = { kind: 'aborted', message: 'stopped by the user', stack: null };
        resolve({ ...facts, status: 'aborted', error });
      } else if (failed) {
        resolve({ ...facts, status: 'failed', error: failed });
      } else {
        const message = spawnError ? spawnError.message : describeCrash(code, signal, peakRssBytes, lastWords);
        resolve({ ...facts, status: 'failed', error: { kind: signal ?? 'crash', message, stack: null } });
      }
    };
    child.on('error', (error) => settle(null, null, error));
    // 'close', not 'exit': messages and last words still in the pipes are delivered before it.
    child.on('close', settle);
    child.send(job, (error) => {
      // A child that died at once is reported by its exit, which says more.
      if (error && !child.pid) settle(null, null, error);
    });
  });
}

/**
 * Says in words how a process died that gave no reason of its own.
 *
 * @param code exit status, null after a signal
 * @param signal null after an exit
 * @param peakRssBytes highest resident memory seen, null when unknown
 * @param lastWords end of what it printed
 */
export function describeCrash(
  code: number | null,
  signal: NodeJS.Signals | null,
  peakRssBytes: number | null,
  lastWords: string,
): string {
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const memory = peakRssBytes === null ? '' : ` (it held ${gib(peakRssBytes)} of ${gib(os.totalmem())})`;
  const words = lastWords.trim() ? `; its last words: ${lastWords.trim().split('\n').slice(-5).join(' | ')}` : '';
  if (signal === 'SIGKILL') {
    return `the process was killed, most often because memory ran out${memory}; try --limit or close other programs${words}`;
  }
  if (/heap out of memory/.test(lastWords)) return `JavaScript's heap ran out of memory${memory}${words}`;
  return `the process ended without an answer (${signal ?? `exit status ${code}`})${memory}${words}`;
}

/** Reads the kernel's high-water mark of resident memory, in bytes; null where there is none. */
async function peakRssOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : null;
}
