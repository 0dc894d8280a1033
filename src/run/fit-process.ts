// Runs one fit in a child process, so that its time limit, memory peak and crashes concern this fit alone.
import process from 'node:process';
import { type Child, type ChildEnd, moduleCommand, startChild } from '../base/child-process.ts';
import { ENGINE_ENVIRONMENT } from '../engine/runtime/environment.ts';
import type { Progress } from '../types.ts';
import { describeCrash } from './describe-crash.ts';
import { watchDevice } from './device-watch.ts';
import type { FitOutcome } from './fit-request.ts';
import type { EngineFacts, FitError, FitJob, FitMessage } from './job.ts';
import { watchMemory } from './memory-watch.ts';

/** Characters of a crashed process's output that the error can quote. */
const OUTPUT_LIMIT = 2000;

/** What is known about a process however it ended. */
interface ProcessFacts {
  readonly engine: EngineFacts | null;
  readonly peakRssBytes: number | null;
  /** Highest device memory, as the engine or the card's own tool counts it; null or absent if unknown. */
  readonly peakDeviceBytes?: number | null;
  /** Energy that all cards used during the process; null or absent unless the fit ran on one that reports it. */
  readonly energyJoules?: number | null;
  /** From the start of the process to its end. */
  readonly totalSeconds: number;
}

/** How the process of a fit ended. */
export type ProcessOutcome = ProcessFacts &
  (
    | { readonly status: 'ok'; readonly outcome: FitOutcome }
    | { readonly status: 'failed' | 'timed-out' | 'aborted'; readonly error: FitError }
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
  /** Milliseconds from SIGTERM to SIGKILL; 1,000 by default. */
  readonly graceMilliseconds?: number;
}

/** The last message of the child: its result. */
type FitResult = Extract<FitMessage, { type: 'done' | 'failed' }>;

/** What the child has sent so far. */
interface Received {
  engine: EngineFacts | null;
  result: FitResult | null;
}

/**
 * Fits one model in a child process and waits for its end. Never rejects for anything that the child does: a crash, a
 * time-out and a kill are outcomes.
 *
 * @param job what to fit
 */
export async function runFitProcess(job: FitJob, options: ProcessOptions): Promise<ProcessOutcome> {
  const received: Received = { engine: null, result: null };
  const child = startFit(job, options, received);
  const memory = watchMemory(child.pid);
  // A fit on the CPU does not use the cards.
  const device = job.device !== 'cpu' && child.pid !== undefined ? watchDevice(child.pid) : null;
  const end = await child.ended;
  const peakRssBytes = memory.stop();
  const usage = await device?.stop();
  const done = received.result?.type === 'done' ? received.result : null;
  return {
    engine: received.engine,
    peakRssBytes: done?.peakRssBytes ?? peakRssBytes,
    peakDeviceBytes: done?.peakDeviceBytes ?? usage?.peakBytes ?? null,
    energyJoules: usage?.energyJoules ?? null,
    totalSeconds: end.seconds,
    ...outcomeOf(end, received.result, peakRssBytes, options.timeoutSeconds),
  };
}

function startFit(job: FitJob, options: ProcessOptions, received: Received): Child {
  return startChild(moduleCommand(new URL('./fit-child.ts', import.meta.url)), {
    env: { ...ENGINE_ENVIRONMENT, ...process.env, ...options.env },
    // Ctrl-C then reaches the harness alone, which stops the fit in good order.
    ownGroup: true,
    outputLimit: OUTPUT_LIMIT,
    timeoutSeconds: options.timeoutSeconds,
    signal: options.signal,
    graceMilliseconds: options.graceMilliseconds,
    message: job,
    onMessage: (sent) => {
      const message = sent as FitMessage;
      if (message.type === 'progress') options.onProgress(message.progress);
      else if (message.type === 'engine') received.engine = message.engine;
      else received.result = message;
    },
  });
}

/** Decides what the process came to: a stop counts more than a result, a result more than the exit status. */
function outcomeOf(end: ChildEnd, result: FitResult | null, peakRssBytes: number | null, timeoutSeconds?: number) {
  const failure = (status: 'failed' | 'timed-out' | 'aborted', kind: string, message: string) =>
    ({ status, error: { kind, message, stack: null } }) as const;
  if (end.stopped === 'timed-out') {
    return failure('timed-out', 'timeout', `stopped after ${timeoutSeconds} s, the limit of --timeout`);
  }
  if (end.stopped === 'aborted') return failure('aborted', 'aborted', 'stopped by the user');
  if (result?.type === 'done') return { status: 'ok', outcome: result.outcome } as const;
  if (result) {
    const { kind, message, stack } = result;
    return { status: 'failed', error: { kind, message, stack } } as const;
  }
  return failure('failed', end.signal ?? 'crash', describeCrash(end, peakRssBytes));
}
