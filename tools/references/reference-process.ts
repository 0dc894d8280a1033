// Runs one fit of a reference in a process of its own, and brings back the same outcome as a fit of ours.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { messageOf } from '../../src/base/errors.ts';
import { imageSize } from '../../src/data/images.ts';
import type { PreparedSplit } from '../../src/data/prepared.ts';
import { score } from '../../src/metrics/score.ts';
import { describeCrash, type ProcessOutcome } from '../../src/run/fit-process.ts';
import type { Device, ParamValue } from '../../src/types.ts';
import { parseAnswer, type ReferenceAnswer, type ReferenceJob } from './protocol.ts';
import type { ReferenceLibrary, ReferenceRecipe } from './recipes.ts';

/** How much of a crashed process's last words is kept. */
const LAST_WORDS = 2000;

/** Limits of one fit, and the environment variables it gets besides ours. */
export interface ReferenceOptions {
  readonly timeoutSeconds?: number | undefined;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Builds a reference's job.
 *
 * @param split what it fits on: the same files that our fit reads
 * @param packages names of the packages whose versions it reports
 */
export function referenceJob(
  recipe: ReferenceRecipe,
  values: Readonly<Record<string, ParamValue>>,
  split: PreparedSplit,
  packages: readonly string[],
): ReferenceJob {
  return {
    folder: split.folder,
    imageSize: imageSize(split.shape),
    classCount: split.classNames.length,
    estimator: recipe.estimator,
    arguments: values,
    packages,
    notes: recipe.notes,
  };
}

/**
 * Holds numeric libraries, ours and the references', to so many threads and, where the CPU is to compute, off any GPU.
 *
 * @param threads at least 1
 * @param device what ours computes on
 */
export function threadEnvironment(threads: number, device: Device = 'cpu'): Record<string, string> {
  const names = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS'];
  const hidden: Record<string, string> = device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '' } : {};
  return { ...Object.fromEntries(names.map((name) => [name, String(threads)])), ...hidden };
}

/**
 * Lets a reference fit and waits for its end. As with our own fits, whatever the process does is an outcome: a crash, a
 * time-out, an answer that makes no sense. A reference is not scored on train and validation images, which would cost
 * minutes that no table shows.
 *
 * @param command program and arguments before the two files: `[python, 'reference.py']`
 * @param job what to fit
 * @param library the engine in the record
 */
export async function runReferenceProcess(
  command: readonly [string, ...string[]],
  job: ReferenceJob,
  library: Pick<ReferenceLibrary, 'id' | 'package'>,
  options: ReferenceOptions,
): Promise<ProcessOutcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-reference-'));
  try {
    const files = { job: path.join(folder, 'job.json'), answer: path.join(folder, 'answer.json') };
    await writeFile(files.job, JSON.stringify(job));
    const ended = await runProgram([...command, files.job, files.answer], options);
    const unfinished = { engine: null, peakRssBytes: null, totalSeconds: ended.totalSeconds };
    if (ended.status !== 'ok') return { ...unfinished, status: ended.status, error: ended.error };
    try {
      const truth = new Uint8Array(await readFile(path.join(job.folder, 'test.labels')));
      const text = await readFile(files.answer, 'utf8').catch(() => {
        throw new Error('the reference ended without an answer');
      });
      const answer = parseAnswer(text, { count: truth.length, classCount: job.classCount });
      return outcomeOf(answer, truth, job.classCount, library, ended.totalSeconds);
    } catch (cause) {
      const error = { kind: 'protocol', message: messageOf(cause), stack: null };
      return { ...unfinished, status: 'failed', error };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function outcomeOf(
  answer: ReferenceAnswer,
  truth: Uint8Array,
  classCount: number,
  library: Pick<ReferenceLibrary, 'id' | 'package'>,
  totalSeconds: number,
): ProcessOutcome {
  const notScored = { accuracy: null, loss: null, images: 0 };
  return {
    status: 'ok',
    engine: {
      name: library.id,
      version: answer.versions[library.package] ?? null,
      backend: `python ${answer.python}`,
      device: answer.device,
      threads: answer.threads,
    },
    peakRssBytes: answer.peakRssBytes,
    peakDeviceBytes: answer.peakDeviceBytes,
    totalSeconds,
    outcome: {
      metrics: { ...score(truth, answer.prediction, classCount), train: notScored, validation: notScored },
      timing: {
        setupSeconds: answer.setupSeconds,
        firstStepSeconds: answer.firstStepSeconds,
        trainSeconds: answer.fitSeconds,
        evaluateSeconds: 0,
        predictSeconds: answer.predictSeconds,
        totalSeconds,
        curve: answer.curve.map((point) => ({ ...point, validationLoss: null, validationAccuracy: null })),
      },
      prediction: answer.prediction,
      parameterCount: answer.parameterCount,
      notes: answer.notes,
      pixelMaps: [],
      layers: [],
      latency: [],
      gradCam: null,
      notKept: null,
    },
  };
}

type ProgramEnd = { readonly totalSeconds: number } & (
  | { readonly status: 'ok' }
  | Pick<Extract<ProcessOutcome, { error: unknown }>, 'status' | 'error'>
);

function runProgram(words: readonly string[], { timeoutSeconds, signal, env }: ReferenceOptions): Promise<ProgramEnd> {
  const start = performance.now();
  // A group of its own: Ctrl-C reaches the harness alone, which then stops the reference and whatever it started.
  const child = spawn(words[0]!, words.slice(1), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stoppedFor: 'timed-out' | 'aborted' | undefined;
  let lastWords = '';
  const kill = (): void => {
    try {
      // Nothing of a reference's is worth a graceful end.
      if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  };
  const stop = (reason: 'timed-out' | 'aborted'): void => {
    stoppedFor ??= reason;
    kill();
  };
  const onAbort = (): void => stop('aborted');
  const timeout = timeoutSeconds ? setTimeout(() => stop('timed-out'), timeoutSeconds * 1000) : undefined;
  signal.addEventListener('abort', onAbort, { once: true });
  process.once('exit', kill);
  if (signal.aborted) onAbort();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
  }
  return new Promise((resolve) => {
    const settle = (code: number | null, killedBy: NodeJS.Signals | null, spawnError?: Error): void => {
      clearTimeout(timeout);
      signal.removeEventListener('abort', onAbort);
      process.off('exit', kill);
      const totalSeconds = (performance.now() - start) / 1000;
      const failed = (kind: string, message: string) => ({ kind, message, stack: null });
      if (stoppedFor === 'aborted') {
        resolve({ totalSeconds, status: 'aborted', error: failed('aborted', 'stopped by the user') });
      } else if (stoppedFor === 'timed-out') {
        const message = `stopped after ${timeoutSeconds} s, the limit of this run`;
        resolve({ totalSeconds, status: 'timed-out', error: failed('timeout', message) });
      } else if (code === 0) {
        resolve({ totalSeconds, status: 'ok' });
      } else {
        const message = spawnError ? spawnError.message : describeCrash(code, killedBy, null, lastWords);
        resolve({ totalSeconds, status: 'failed', error: failed(killedBy ?? 'crash', message) });
      }
    };
    child.on('error', (error) => settle(null, null, error));
    child.on('close', (code, killedBy) => settle(code, killedBy));
  });
}
