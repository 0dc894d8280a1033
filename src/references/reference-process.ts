// Fits a reference in a child process and turns its answer into the same outcome as a fit of ours.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type Command, runChild } from '../base/child-process.ts';
import { messageOf } from '../base/errors.ts';
import type { ReferenceLibrary, ReferenceRecipe } from '../base/reference-recipe.ts';
import { imageSize } from '../data/images.ts';
import type { PreparedSplit } from '../data/prepared.ts';
import { score } from '../metrics/score.ts';
import { describeCrash } from '../run/describe-crash.ts';
import type { ProcessOutcome } from '../run/fit-process.ts';
import type { Device, ParamValue } from '../types.ts';
import { parseAnswer, type ReferenceAnswer, type ReferenceJob } from './reference-protocol.ts';

/** Characters of a crashed process's output that the error can quote. */
const OUTPUT_LIMIT = 2000;

/** Limits of one fit, and variables that are added to its environment. */
export interface ReferenceOptions {
  readonly timeoutSeconds?: number | undefined;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Builds a reference's job.
 *
 * @param values arguments of the estimator
 * @param split the files that our fit reads too
 * @param packages names of the packages whose versions the answer states
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
 * Gives the environment variables that limit the threads of numeric libraries, ours and the references', and hide any
 * graphics card from them when the CPU computes.
 *
 * @param threads at least 1
 * @param device what our model computes on
 */
export function threadEnvironment(threads: number, device: Device = 'cpu'): Record<string, string> {
  const names = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS'];
  const hidden: Record<string, string> = device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '' } : {};
  return { ...Object.fromEntries(names.map((name) => [name, String(threads)])), ...hidden };
}

/**
 * Fits a reference in a child process and waits for its end. As with our fits, a crash, a time-out and a malformed answer
 * are outcomes. A reference is not scored on training and validation images: it would take minutes, and no table shows it.
 *
 * @param command program and arguments before the two files: `[python, 'reference.py']`
 * @param job what to fit
 * @param library the engine in the record
 * @returns never rejects for anything that the child does
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
      cautions: [],
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
    // Ctrl-C then reaches the harness alone, which kills the reference and its children.
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
