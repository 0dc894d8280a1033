// Random forest on bytes, or on floats binned to bytes. Trees are grown in worker threads; the forest has out-of-bag
// accuracy and feature importances.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError, unknownName } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { inSharedMemory } from '../../data/images.ts';
import { findBins, type QuantileBins, toBins } from '../quantile-bins.ts';
import { transpose } from '../transpose.ts';
import { runInWorkers } from '../worker-pool.ts';
import { bootstrapCounts, leafOf, type Tree, type TreeTask, toShares } from './decision-tree.ts';
import { CRITERIA, type Criterion, impurityTable } from './split-finder.ts';

/** Options of a forest, named as in scikit-learn where it has the same. */
export interface ForestOptions {
  /** Number of trees, at least 1. */
  readonly trees: number;
  readonly criterion: Criterion;
  /** Varying features to consider in each node: a number, a share below 1, the square root of all, or all. */
  readonly maxFeatures: number | 'sqrt' | 'all';
  /** Maximum number of levels of splits; 0 for no limit. */
  readonly maxDepth: number;
  /** Minimum number of images in a leaf; an image that was drawn n times counts n times. */
  readonly minSamplesLeaf: number;
  /** Whether each tree learns from a sample drawn with replacement; otherwise it learns from all images. */
  readonly bootstrap: boolean;
}

/** Context of a fit. */
export interface GrowContext {
  /** Unsigned 32-bit. Data, options and seed determine the forest; the number of threads does not matter. */
  readonly seed: number;
  /** Number of worker threads, at least 1. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** Called after every tree with the number of trees that are done. */
  readonly onTree?: (done: number) => void;
}

/** Features of n images, row-major: bytes, or floats, which are binned by quantiles. */
export type Features = Uint8Array | Float32Array;

/** A grown forest. */
export interface Forest {
  readonly trees: readonly Tree[];
  readonly classCount: number;
  /** Number of features of one image. */
  readonly featureCount: number;
  /** Bins of float features; null if the forest learned from bytes. */
  readonly bins: QuantileBins | null;
  /** Mean decrease of impurity by feature, averaged over trees; sums to 1, or is all 0 if no tree has a split. */
  readonly importances: Float64Array;
  /**
   * Accuracy on the images that at least one tree did not learn from, each classified only by those trees; null without
   * bootstrap, or if there is no such image.
   */
  readonly outOfBagAccuracy: number | null;
}

/**
 * Checks the options.
 *
 * @param options options as the user gave them
 * @throws UserError that names the option, its value and what is allowed
 */
export function checkForestOptions(options: ForestOptions): void {
  const { trees, criterion, maxFeatures, maxDepth, minSamplesLeaf } = options;
  const refuse = (name: string, value: unknown, allowed: string): never => {
    throw new UserError(`invalid ${name}: ${value}; ${allowed}`);
  };
  if (!isCount(trees)) refuse('trees', trees, 'a whole number of at least 1');
  if (!CRITERIA.includes(criterion)) throw unknownName('criterion', criterion, CRITERIA);
  const isShare = typeof maxFeatures === 'number' && maxFeatures > 0 && maxFeatures < 1;
  if (maxFeatures !== 'sqrt' && maxFeatures !== 'all' && !isShare && !isCount(maxFeatures)) {
    refuse('maxFeatures', maxFeatures, '"sqrt", "all", a whole number of at least 1 or a share between 0 and 1');
  }
  if (maxDepth !== 0 && !isCount(maxDepth)) refuse('maxDepth', maxDepth, '0 for no limit, or a whole number above it');
  if (!isCount(minSamplesLeaf)) refuse('minSamplesLeaf', minSamplesLeaf, 'a whole number of at least 1');
}

/**
 * Grows a random forest.
 *
 * @param train features and class indices of at least one image
 * @param classCount number of classes; labels are below it
 * @param options see `ForestOptions`
 * @param context seed, threads, signal, progress
 * @throws UserError if an option is out of range, there is no image, or a float is not finite; `signal.reason` if aborted
 * @see Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
 */
export async function growForest(
  train: { readonly features: Features; readonly labels: Uint8Array },
  classCount: number,
  options: ForestOptions,
  { seed, threads, signal, onTree }: GrowContext,
): Promise<Forest> {
  checkForestOptions(options);
  const imageCount = train.labels.length;
  if (imageCount === 0) throw new UserError('invalid training images: 0; a forest needs at least 1');
  const featureCount = train.features.length / imageCount;
  const bins = train.features instanceof Float32Array ? findBins(train.features, featureCount) : null;
  const bytes = inSharedMemory(toBytes(bins, train.features));
  const shared = {
    bytes,
    columns: transpose(bytes, imageCount),
    labels: inSharedMemory(train.labels),
    classCount,
    criterion: options.criterion,
    table: impurityTable(options.criterion, imageCount),
    maxFeatures: featuresPerNode(options.maxFeatures, featureCount),
    maxDepth: options.maxDepth || Infinity,
    minSamplesLeaf: options.minSamplesLeaf,
    bootstrap: options.bootstrap,
  };
  const random = createRandom(seed);
  const tasks = Array.from(
    { length: options.trees },
    (): TreeTask => ({ ...shared, seed: Math.floor(random() * 2 ** 32) }),
  );
  let done = 0;
  const trees = await runInWorkers<TreeTask, Tree>(new URL('./forest-worker.ts', import.meta.url), tasks, {
    threads,
    ...(signal && { signal }),
    onResult: () => onTree?.(++done),
  });
  const importances = new Float64Array(featureCount);
  for (const tree of trees) for (let f = 0; f < featureCount; f++) importances[f]! += tree.importances[f]!;
  const seeds = tasks.map((task) => task.seed);
  return {
    trees,
    classCount,
    featureCount,
    bins,
    importances: toShares(importances),
    outOfBagAccuracy: options.bootstrap
      ? await scoreOutOfBag(trees, seeds, bytes, train.labels, classCount, signal)
      : null,
  };
}

/**
 * Computes class probabilities: the class shares of the leaf that an image is in, averaged over trees.
 *
 * @param forest result of `growForest`
 * @param count number of images, 0 or more
 * @param features as many values per image, and of the same type, as in the training data
 * @param signal checked between trees
 * @returns images x classes, row-major, each row sums to 1
 * @throws RangeError if the images have another size or type; UserError if a float is not finite
 */
export async function forestProbabilities(
  forest: Forest,
  count: number,
  features: Features,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { trees, classCount, featureCount, bins } = forest;
  if (features.length !== count * featureCount) {
    throw new RangeError(`invalid images: ${features.length / count} features each, expected ${featureCount}`);
  }
  const bytes = toBytes(bins, features);
  const sums = new Float64Array(count * classCount);
  for (const tree of trees) {
    signal?.throwIfAborted();
    for (let i = 0; i < count; i++) addLeaf(tree, bytes, i, featureCount, sums, classCount);
    await nextTurn();
  }
  return Float32Array.from(sums, (sum) => sum / trees.length);
}

/** Returns the number of nodes of all trees, leaves included. */
export function countNodes(forest: Forest): number {
  return forest.trees.reduce((total, tree) => total + tree.features.length, 0);
}

// The sample of each tree is drawn again from its seed, which is cheaper than storing it.
async function scoreOutOfBag(
  trees: readonly Tree[],
  seeds: readonly number[],
  bytes: Uint8Array,
  labels: Uint8Array,
  classCount: number,
  signal?: AbortSignal,
): Promise<number | null> {
  const featureCount = bytes.length / labels.length;
  const sums = new Float64Array(labels.length * classCount);
  for (const [t, tree] of trees.entries()) {
    const drawn = bootstrapCounts(labels.length, createRandom(seeds[t]!));
    for (let i = 0; i < labels.length; i++) {
      if (drawn[i] === 0) addLeaf(tree, bytes, i, featureCount, sums, classCount);
    }
    await nextTurn();
    signal?.throwIfAborted();
  }
  let scored = 0;
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = sums.subarray(i * classCount, (i + 1) * classCount);
    const largest = Math.max(...row);
    if (largest === 0) continue;
    scored++;
    if (row.indexOf(largest) === labels[i]) right++;
  }
  return scored === 0 ? null : right / scored;
}

function toBytes(bins: QuantileBins | null, features: Features): Uint8Array {
  const isFloat = features instanceof Float32Array;
  if (isFloat !== (bins !== null)) {
    throw new RangeError(
      `invalid features: ${isFloat ? 'floats' : 'bytes'}; the forest learned from ${isFloat ? 'bytes' : 'floats'}`,
    );
  }
  return isFloat ? toBins(bins!, features) : features;
}

function addLeaf(
  tree: Tree,
  bytes: Uint8Array,
  image: number,
  featureCount: number,
  sums: Float64Array,
  classCount: number,
): void {
  const leaf = leafOf(tree, bytes, image * featureCount, 1) * classCount;
  for (let k = 0; k < classCount; k++) sums[image * classCount + k]! += tree.distributions[leaf + k]!;
}

function featuresPerNode(maxFeatures: number | 'sqrt' | 'all', featureCount: number): number {
  if (maxFeatures === 'all') return featureCount;
  if (maxFeatures === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(featureCount)));
  return maxFeatures < 1 ? Math.max(1, Math.floor(maxFeatures * featureCount)) : Math.min(featureCount, maxFeatures);
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}
