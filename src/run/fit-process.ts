// Runs one fit in a child process, so that its time limit, memory peak and crashes concern this fit alone.
import process from 'node:process';
import { type Child, type ChildEnd, type Command, moduleCommand, startChild } from '../base/child-process.ts';
import { useInCache } from '../base/in-use.ts';
import { openSplit, type SplitImages } from '../data/prepared.ts';
import { ENGINE_ENVIRONMENT } from '../engine/runtime/environment.ts';
import { FITTED_LIMIT_BYTES, keepFitted } from '../fitted/store.ts';
import type { CurvePoint } from '../results/schema.ts';
import type { Progress } from '../types.ts';
import { checkpointInFile, removeCheckpoint } from './checkpoint.ts';
import { describeCrash } from './describe-crash.ts';
import { describeError, type FitError } from './describe-error.ts';
import { watchDevice } from './device-watch.ts';
import { type DriveHooks, type DriveRequest, driveFit } from './drive-fit.ts';
import { placeOfError } from './error-place.ts';
import { FitFailure, ProcessEnded } from './fit-failure.ts';
import type { EngineFacts, FitJob, FitOutcome } from './fit-outcome.ts';
import type { FitSession } from './fit-session.ts';
import { collectPoints } from './learning-curve.ts';
import { type MemoryWatch, watchMemory } from './memory-watch.ts';
import { processorSecondsOf, runningThreadsOf } from './process-usage.ts';
import { createRemoteSession, type RemoteOptions } from './remote-session.ts';
import { restrict } from './restrict.ts';

/** Characters of a crashed process's output that the error can quote. */
const OUTPUT_LIMIT = 2000;
/** A message may be this large without its predictions: a learning curve, notes, pixel maps. */
const MESSAGE_BYTES = 100e6;

/** What is known about a process however it ended. */
interface ProcessFacts {
  readonly engine: EngineFacts | null;
  readonly peakRssBytes: number | null;
  /** Highest device memory, as the engine or the card's own tool counts it; null or absent if unknown. */
  readonly peakDeviceBytes?: number | null;
  /** Energy that all cards used during the process; null or absent unless the fit ran on one that reports it. */
  readonly energyJoules?: number | null;
  /** Whether the process could read only what it needs; false or absent if it was not restricted. */
  readonly isRestricted?: boolean;
  /** The learning curve, as far as it is known; absent if it has no point. */
  readonly curve?: readonly CurvePoint[];
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
  /** Receives the lines that the process prints. */
  onLines?(lines: readonly string[]): void;
  /** Added to the child's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds from SIGTERM to SIGKILL; 1,000 by default. */
  readonly graceMilliseconds?: number;
}

/** What a fit came to before its process ended. */
interface Driven {
  readonly outcome: FitOutcome | null;
  readonly peakDeviceBytes: number | null;
  /** null if the fit succeeded, or its process ended without a reason. */
  readonly error: FitError | null;
}

/**
 * Fits one model in a child process and waits for its end. Never rejects for anything that the child does: a crash, a
 * time-out, a kill, a malformed message and a damaged split are outcomes.
 *
 * @param job what to fit
 */
export async function runFitProcess(job: FitJob, options: ProcessOptions): Promise<ProcessOutcome> {
  let images: SplitImages;
  try {
    images = await openSplit(job.split);
  } catch (error) {
    return { engine: null, peakRssBytes: null, totalSeconds: 0, status: 'failed', error: describeError(error) };
  }
  const endUse = job.checkpoint && (await useInCache(job.checkpoint.file));
  const command = moduleCommand(new URL('./fit-child.ts', import.meta.url));
  // The restriction is tested for fits on the CPU only.
  const restricted = job.device === 'cpu' ? await restrict(command, [...(job.hidden ?? []), job.split.folder]) : null;
  const start = performance.now();
  const child = startFit(restricted?.command ?? command, options);
  const memory = watchMemory(child.pid);
  // A fit on the CPU does not use the cards.
  const device = job.device !== 'cpu' && child.pid !== undefined ? watchDevice(child.pid) : null;
  const found: { engine: EngineFacts | null } = { engine: null };
  const hooks: DriveHooks = {
    now: () => performance.now() - start,
    processorSeconds: () => (child.pid === undefined ? null : processorSecondsOf(child.pid)),
    runningThreads: () => (child.pid === undefined ? null : runningThreadsOf(child.pid)),
    onEngine: (engine) => {
      found.engine = engine;
    },
  };
  const curve = collectPoints();
  const session = createSession(child, job, images, { ...options, onPoint: curve.add });
  const driven = await drive(session, requestOf(job, images), hooks, memory);
  if (driven.error) {
    // A process that waits for the next request ends when there can be none; another one is killed.
    child.pipes[0]?.end();
    child.stop('failed');
  }
  const end = await child.ended;
  await restricted?.release();
  const peakRssBytes = memory.stop();
  const usage = await device?.stop();
  if (driven.outcome && job.checkpoint) await removeCheckpoint(job.checkpoint.file);
  await endUse?.();
  const outcome = outcomeOf(end, driven, peakRssBytes, options.timeoutSeconds);
  return {
    engine: found.engine,
    peakRssBytes,
    peakDeviceBytes: driven.peakDeviceBytes ?? usage?.peakBytes ?? null,
    energyJoules: usage?.energyJoules ?? null,
    isRestricted: restricted !== null,
    ...(curve.points.length > 0 && { curve: curve.points }),
    totalSeconds: end.seconds,
    ...(outcome.status === 'ok' ? outcome : { ...outcome, error: await withPlace(outcome.error) }),
  };
}

function startFit(
  command: Command,
  { env, timeoutSeconds, signal, graceMilliseconds, onLines }: ProcessOptions,
): Child {
  return startChild(command, {
    env: { ...ENGINE_ENVIRONMENT, ...process.env, ...env },
    // Ctrl-C then reaches the harness alone, which stops the fit in good order.
    ownGroup: true,
    outputLimit: OUTPUT_LIMIT,
    timeoutSeconds,
    signal,
    graceMilliseconds,
    pipes: 2,
    ...(onLines && { onLines }),
  });
}

function createSession(
  child: Child,
  job: FitJob,
  images: SplitImages,
  { onProgress, onPoint }: Pick<RemoteOptions, 'onProgress' | 'onPoint'>,
): FitSession {
  const { modelModule, modelId, params, seed, device, threads, split } = job;
  const { classNames, shape } = split;
  const [requests, answers] = child.pipes;
  const mostImages = Math.max(...Object.values(images).map(({ count }) => count));
  return createRemoteSession({
    job: { modelModule, modelId, params, seed, device, threads, classNames, shape },
    requests: requests!,
    answers: answers!,
    ended: child.ended,
    limits: { value: MESSAGE_BYTES + mostImages * (1 + 4 * classNames.length), body: FITTED_LIMIT_BYTES },
    onProgress,
    onPoint,
  });
}

function requestOf(
  { seed, threads, latencyBatches, split, checkpoint, keep }: FitJob,
  images: SplitImages,
): DriveRequest {
  return {
    seed,
    threads,
    latencyBatches,
    images,
    classNames: split.classNames,
    checkpoint: checkpoint ? checkpointInFile(checkpoint) : null,
    ...(keep !== undefined && { keep: (saved: Uint8Array) => keepFitted(keep, saved) }),
  };
}

/** Fits, and lets the process end. Never rejects. */
async function drive(
  session: FitSession,
  request: DriveRequest,
  hooks: DriveHooks,
  memory: MemoryWatch,
): Promise<Driven> {
  try {
    const outcome = await driveFit(session, request, hooks);
    memory.read();
    const { peakDeviceBytes } = await session.end();
    return { outcome, peakDeviceBytes, error: null };
  } catch (error) {
    const known = { outcome: null, peakDeviceBytes: null };
    if (error instanceof ProcessEnded) return { ...known, error: null };
    return { ...known, error: error instanceof FitFailure ? error.error : describeError(error) };
  }
}

/** Adds the author's line to an error, if its stack names one. */
async function withPlace(error: FitError): Promise<FitError> {
  const place = error.stack === null ? null : await placeOfError(error);
  return place ? { ...error, place } : error;
}

/** Decides what the process came to: a stop counts more than a result, a result more than the exit status. */
function outcomeOf(end: ChildEnd, { outcome, error }: Driven, peakRssBytes: number | null, timeoutSeconds?: number) {
  const failure = (status: 'failed' | 'timed-out' | 'aborted', kind: string, message: string) =>
    ({ status, error: { kind, message, stack: null } }) as const;
  if (end.stopped === 'timed-out') {
    return failure('timed-out', 'timeout', `stopped after ${timeoutSeconds} s, the limit of --timeout`);
  }
  if (end.stopped === 'aborted') return failure('aborted', 'aborted', 'stopped by the user');
  if (outcome) return { status: 'ok', outcome } as const;
  if (error) return { status: 'failed', error } as const;
  return failure('failed', end.signal ?? 'crash', describeCrash(end, peakRssBytes));
}
