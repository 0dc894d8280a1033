// Runs one fit of a reference in a process of its own, and brings back the same outcome as a fit of ours.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type Command, runChild } from '../../src/base/child-process.ts';
import { messageOf } from '../../src/base/errors.ts';
import { imageSize } from '../../src/data/images.ts';
import type { PreparedSplit } from '../../src/data/prepared.ts';
import { score } from '../../src/metrics/score.ts';
import { describeCrash } from '../../src/run/describe-crash.ts';
import type { ProcessOutcome } from '../../src/run/fit-process.ts';
import type { Device, ParamValue } from '../../src/types.ts';
import { parseAnswer, type ReferenceAnswer, type ReferenceJob } from './protocol.ts';
import type { ReferenceLibrary, ReferenceRecipe } from './recipes.ts';

/** Characters of a crashed process's output that the error can quote. */
const OUTPUT_LIMIT = 2000;

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
  command: Command,
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

async function runProgram(command: Command, { timeoutSeconds, signal, env }: ReferenceOptions): Promise<ProgramEnd> {
  const end = await runChild(command, {
    env: { ...process.env, ...env },
    // Ctrl-C then reaches the harness alone, which kills the reference and whatever it started.
    ownGroup: true,
    graceMilliseconds: 0,
    outputLimit: OUTPUT_LIMIT,
    timeoutSeconds,
    signal,
  });
  const totalSeconds = end.seconds;
  const failure = (status: 'failed' | 'timed-out' | 'aborted', kind: string, message: string) =>
    ({ totalSeconds, status, error: { kind, message, stack: null } }) as const;
  if (end.stopped === 'aborted') return failure('aborted', 'aborted', 'stopped by the user');
  if (end.stopped === 'timed-out') {
    return failure('timed-out', 'timeout', `stopped after ${timeoutSeconds} s, the limit of this run`);
  }
  if (end.code === 0) return { totalSeconds, status: 'ok' };
  return failure('failed', end.signal ?? 'crash', describeCrash(end, null));
}
