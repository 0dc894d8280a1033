// Gradient-boosted trees on bytes, one tree per class and round, grown in worker threads.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { inSharedMemory } from '../../data/images.ts';
import type { Images, LabelledImages } from '../../types.ts';
import { sharedArray } from '../shared-array.ts';
import { transpose } from '../transpose.ts';
import { createWorkerPool, type WorkerPool } from '../worker-pool.ts';
import { type BoostedTree, Routes } from './boosted-tree.ts';
import { type SoftmaxTask, softmax } from './softmax.ts';
import type { BoostingState, TreeOptions, TreeTask } from './tree-options.ts';

// Number of images of one softmax task. It is fixed, so that the sum of losses does not depend on the number of threads.
const SOFTMAX_IMAGES = 16384;

/** Options of a fit. */
export interface BoostingOptions extends TreeOptions {
  /** Maximum number of rounds, at least 1; each grows one tree per class. */
  readonly rounds: number;
  /** Rounds without a better validation loss after which the fit stops and keeps the best round; 0 never stops. */
  readonly patience: number;
}

/** Losses after a round (mean cross-entropy in nats) and validation accuracy. */
export interface RoundReport {
  /** Number of the round, from 1. */
  readonly round: number;
  readonly loss: number;
  /** null without validation images. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

/** Context of a fit. */
export interface BoostContext {
  /** Unsigned 32-bit. Data, options and seed determine the model; the number of threads does not matter. */
  readonly seed: number;
  /** Number of worker threads, at least 1. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (report: RoundReport) => void;
  /** Runs the validation pass of each round, whose time is not fit time. */
  readonly evaluating?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A boosted model. */
export interface BoostedModel {
  /** rounds x classes. */
  readonly rounds: readonly (readonly BoostedTree[])[];
  /** Score of each class before the first round: the logarithm of its share. */
  readonly start: Float32Array;
  /** Number of bytes of one image. */
  readonly featureCount: number;
  /** Mean cross-entropy on the training images after the last round that was grown. */
  readonly loss: number;
}

/**
 * Checks the options.
 *
 * @param options options as the user gave them
 * @throws UserError that names the option, its value and what is allowed
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
 * Fits gradient-boosted trees to the cross-entropy of the softmax. Features that are equal in all images are ignored.
 *
 * @param train at least one image; a class without images has a probability of about 0
 * @param validation images of the same size; may be empty
 * @param classCount number of classes; labels are below it
 * @throws UserError if an option is out of range or there is no image; `signal.reason` if aborted
 * @see Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29(5).
 *   (algorithm 6: a tree per class and round, shrunk; the factor K / (K - 1) of its steps is part of the learning rate)
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
    probabilities: sharedArray(Float32Array, classCount * images),
    options,
  };
  const validate = createValidation(validation, start);
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
      const seen = validation.labels.length > 0 ? await evaluating(async () => validate(trees)) : undefined;
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
 * @param model result of `boost`
 * @param images images of the size of the training images
 * @param signal checked between rounds
 * @returns images x classes, row-major, each row sums to 1
 * @throws RangeError if the images have another size
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

/** Returns the number of nodes of all trees, leaves included. */
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

// Returns a function that adds a round's trees to the scores of the validation images and evaluates them.
function createValidation({ bytes, labels }: Pick<LabelledImages, 'bytes' | 'labels'>, start: Float32Array) {
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

// A class without images counts as half an image, because the logarithm of 0 is not finite.
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
  const shared = sharedArray(Int32Array, varying.length);
  shared.set(varying);
  return shared;
}

function repeatEach(values: Float32Array, times: number): Float32Array {
  const repeated = sharedArray(Float32Array, values.length * times);
  for (const [k, value] of values.entries()) repeated.fill(value, k * times, (k + 1) * times);
  return repeated;
}
