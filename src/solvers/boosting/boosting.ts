// Gradient-boosted trees on bytes, one tree a class and round, over worker threads. What the adapter `gradient-boosting`
// stands on.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { inSharedMemory } from '../../data/images.ts';
import type { Images, LabelledImages } from '../../types.ts';
import { transpose } from '../transpose.ts';
import { createWorkerPool, type WorkerPool } from '../worker-pool.ts';
import type { BoostingState, ScalingOptions, TreeTask } from './grow.ts';
import { type SoftmaxTask, softmax } from './softmax.ts';
import { type BoostedTree, Routes } from './tree.ts';

// Images whose softmax is one task: fixed, so that the sum of losses is the same for any number of threads.
const SOFTMAX_IMAGES = 16384;

/** How a model is boosted. */
export interface BoostingOptions extends ScalingOptions {
  /** Rounds at most, at least 1; each grows one tree a class. */
  readonly rounds: number;
  /** Rounds without a better validation loss after which to stop and go back to the best; 0 never stops. */
  readonly patience: number;
}

/** The losses after a round: mean cross-entropy in nats, and share right. */
export interface RoundReport {
  /** 1 for the first. */
  readonly round: number;
  readonly loss: number;
  /** Null without validation images. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

/** What boosting needs beside the options. */
export interface BoostContext {
  /** Unsigned 32-bit; decides the model together with data and options, whatever the thread count. */
  readonly seed: number;
  /** Worker threads, at least 1. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (report: RoundReport) => void;
  /** Wraps the validation pass of each round, which is no training. */
  readonly evaluating?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A boosted model. */
export interface BoostedModel {
  /** Rounds x classes. */
  readonly rounds: readonly (readonly BoostedTree[])[];
  /** Each class's score before the first round: the logarithm of its share. */
  readonly start: Float32Array;
  /** Bytes of one image. */
  readonly featureCount: number;
  /** Mean cross-entropy on the training images after the last round that was grown. */
  readonly loss: number;
}

/**
 * Refuses options that nothing can be boosted with.
 *
 * @param options as a user gave them
 * @throws UserError naming the option, its value and what is allowed
 */
export function checkBoostingOptions(options: BoostingOptions): void {
  const check = (name: keyof BoostingOptions, isRight: (value: number) => boolean, allowed: string): void => {
    if (!isRight(options[name])) throw new UserError(`invalid ${name}: ${options[name]}; ${allowed}`);
  };
  const isPositive = (value: number) => value > 0 && Number.isFinite(value);
  const isNotNegative = (value: number) => value === 0 || isPositive(value);
  const isShare = (value: number) => value > 0 && value <= 1;
  check('rounds', (value) => Number.isInteger(value) && value >= 1, 'a whole number of at least 1');
  check('patience', (value) => Number.isInteger(value) && value >= 0, '0 for never, or a whole number above it');
  check('learningRate', isPositive, 'a number above 0');
  check('maxLeaves', (value) => Number.isInteger(value) && value >= 2, 'a whole number of at least 2');
  check('minLeafWeight', isNotNegative, 'a number of at least 0');
  check('l2', isNotNegative, 'a number of at least 0');
  check('bins', (value) => [2, 4, 8, 16, 32, 64, 128, 256].includes(value), 'a power of 2 from 2 to 256');
  check('featureShare', isShare, 'above 0 and at most 1');
  check('rowShare', isShare, 'above 0 and at most 1');
}

/**
 * Fits gradient-boosted trees to the cross-entropy of the softmax. Features that are the same in all images are left
 * out.
 *
 * @param train at least one image; a class without images keeps a probability of about 0
 * @param validation of the same size, may be empty
 * @param classCount how many classes; labels are below it
 * @throws UserError when an option is out of range or there is no image; `signal.reason` when aborted
 * @see Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29(5).
 *   (algorithm 6: a tree a class and round, shrunk; the factor K / (K - 1) of its steps is left to the learning rate)
 * @see Friedman, J. H. (2002). Stochastic gradient boosting. Computational Statistics & Data Analysis 38(4). (a share of
 *   the images for each tree)
 */
export async function boost(
  train: Pick<LabelledImages, 'bytes' | 'labels'>,
  validation: Pick<LabelledImages, 'bytes' | 'labels'>,
  classCount: number,
  options: BoostingOptions,
  { seed, threads, signal, onRound, evaluating = (work) => work() }: BoostContext,
): Promise<BoostedModel> {
  checkBoostingOptions(options);
  signal?.throwIfAborted();
  const images = train.labels.length;
  if (images === 0) throw new UserError('invalid training images: 0; boosting needs at least 1');
  const start = logShares(train.labels, classCount);
  const columns = transpose(train.bytes, images);
  const state: BoostingState = {
    columns,
    labels: inSharedMemory(train.labels),
    classCount,
    varying: varyingColumns(columns, images),
    scores: repeatEach(start, images),
    probabilities: sharedFloats(classCount * images),
    options,
  };
  const watch = createWatch(validation, start);
  const random = createRandom(seed);
  const rounds: BoostedTree[][] = [];
  const best = { loss: Infinity, round: 0 };
  const pool = createWorkerPool<TreeTask | SoftmaxTask, BoostedTree | number>(
    new URL('./boosting-worker.ts', import.meta.url),
    signal ? { threads, signal } : { threads },
  );
  try {
    let loss = await softmaxAll(pool, state);
    for (let round = 1; round <= options.rounds; round++) {
      const tasks = Array.from(
        { length: classCount },
        (_, label): TreeTask => ({ state, label, seed: Math.floor(random() * 2 ** 32) }),
      );
      const trees = (await Promise.all(tasks.map((task) => pool.run(task)))) as BoostedTree[];
      rounds.push(trees);
      loss = await softmaxAll(pool, state);
      const seen = validation.labels.length > 0 ? await evaluating(async () => watch(trees)) : undefined;
      onRound?.({ round, loss, validationLoss: seen?.loss ?? null, validationAccuracy: seen?.accuracy ?? null });
      if (seen && seen.loss < best.loss) Object.assign(best, { loss: seen.loss, round });
      if (seen && options.patience > 0 && round - best.round >= options.patience) break;
    }
    const kept = options.patience > 0 && best.round > 0 ? rounds.slice(0, best.round) : rounds;
    return { rounds: kept, start, featureCount: train.bytes.length / images, loss };
  } finally {
    await pool.close();
  }
}

/**
 * Computes class probabilities.
 *
 * @param model of `boost`
 * @param images of the size that the model learned from
 * @param signal answered between two rounds
 * @returns images x classes, row-major, each row sums to 1
 * @throws RangeError when the images have another size
 */
export async function boostedProbabilities(
  { rounds, start, featureCount }: BoostedModel,
  images: Pick<Images, 'count' | 'bytes'>,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { count, bytes } = images;
  if (bytes.length !== count * featureCount) {
    throw new RangeError(`invalid images: ${bytes.length / count} bytes each, expected ${featureCount}`);
  }
  const columns = transpose(bytes, count);
  const routes = new Routes(count);
  const scores = repeatEach(start, count);
  for (const trees of rounds) {
    signal?.throwIfAborted();
    addTrees(trees, columns, routes, scores);
    await nextTurn();
  }
  const classCount = start.length;
  const byClass = new Float32Array(scores.length);
  softmax({
    state: { labels: new Uint8Array(count), classCount, scores, probabilities: byClass },
    start: 0,
    end: count,
  });
  const probabilities = new Float32Array(scores.length);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < classCount; k++) probabilities[i * classCount + k] = byClass[k * count + i]!;
  }
  return probabilities;
}

/** Counts the nodes of all trees, leaves included. */
export function countBoostedNodes({ rounds }: BoostedModel): number {
  return rounds.flat().reduce((total, tree) => total + tree.features.length, 0);
}

async function softmaxAll(
  pool: WorkerPool<TreeTask | SoftmaxTask, BoostedTree | number>,
  state: BoostingState,
): Promise<number> {
  const images = state.labels.length;
  const tasks: SoftmaxTask[] = [];
  for (let start = 0; start < images; start += SOFTMAX_IMAGES) {
    tasks.push({ state, start, end: Math.min(images, start + SOFTMAX_IMAGES) });
  }
  const losses = (await Promise.all(tasks.map((task) => pool.run(task)))) as number[];
  return losses.reduce((sum, loss) => sum + loss, 0) / images;
}

// Scores of the validation images, brought forward by each round's trees.
function createWatch({ bytes, labels }: Pick<LabelledImages, 'bytes' | 'labels'>, start: Float32Array) {
  const count = labels.length;
  const columns = transpose(bytes, count);
  const routes = new Routes(count);
  const scores = repeatEach(start, count);
  const probabilities = new Float32Array(scores.length);
  const classCount = start.length;
  return (trees: readonly BoostedTree[]): { loss: number; accuracy: number } => {
    addTrees(trees, columns, routes, scores);
    const loss = softmax({ state: { labels, classCount, scores, probabilities }, start: 0, end: count }) / count;
    let right = 0;
    for (let i = 0; i < count; i++) {
      let best = 0;
      for (let k = 1; k < classCount; k++) if (scores[k * count + i]! > scores[best * count + i]!) best = k;
      if (best === labels[i]) right++;
    }
    return { loss, accuracy: right / count };
  };
}

function addTrees(trees: readonly BoostedTree[], columns: Uint8Array, routes: Routes, scores: Float32Array): void {
  const count = routes.rows.length;
  for (const [k, tree] of trees.entries()) {
    routes.follow(tree, columns);
    routes.addValues(tree, scores.subarray(k * count, (k + 1) * count));
  }
}

// A class without images gets the share of half an image: the logarithm of nothing is of no use.
function logShares(labels: Uint8Array, classCount: number): Float32Array {
  const counts = new Float32Array(classCount);
  for (const label of labels) counts[label]!++;
  return counts.map((count) => Math.log(Math.max(0.5, count) / labels.length));
}

function varyingColumns(columns: Uint8Array, images: number): Int32Array {
  const varying: number[] = [];
  for (let f = 0; f * images < columns.length; f++) {
    const column = columns.subarray(f * images, (f + 1) * images);
    if (column.some((value) => value !== column[0])) varying.push(f);
  }
  const shared = new Int32Array(new SharedArrayBuffer(varying.length * Int32Array.BYTES_PER_ELEMENT));
  shared.set(varying);
  return shared;
}

function repeatEach(values: Float32Array, times: number): Float32Array {
  const repeated = sharedFloats(values.length * times);
  for (const [k, value] of values.entries()) repeated.fill(value, k * times, (k + 1) * times);
  return repeated;
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
