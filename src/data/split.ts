// The split: which images are fitted on, which validate, which test. Stratified, seeded, the same on every machine.
import { createHash } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import { createRandom, shuffle } from '../base/random.ts';
import type { Dataset } from './dataset.ts';

/** The seed of every split unless another is asked for; the seeds of fits do not change the split. */
export const SPLIT_SEED = 20170825;

/** Images of Fashion-MNIST that validate; smaller data sets give a twelfth of their training images. */
const DEFAULT_VALIDATION = 5000;

/** Positions in the data set's train and test parts, each list ascending; train and validation share none. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
  /** SHA-256 over the data set's checksums, its class count and the three lists: equal for equal data only. */
  readonly splitHash: string;
}

/** How to split. */
export interface SplitOptions {
  /** Images taken from train for validation, 0 for none; by default 5,000, but at most a twelfth of train. */
  readonly validation?: number | undefined;
  /** At most so many of the remaining train images are fitted on; at least one a class; all when absent. */
  readonly limit?: number | undefined;
  /** At most so many test images are used; at least 1; all when absent. */
  readonly testLimit?: number | undefined;
  /** Any 32-bit integer. */
  readonly seed?: number | undefined;
}

/**
 * Splits a data set. Validation images are drawn first, so they do not depend on `limit`; a smaller limit's images are
 * among a larger limit's; the test images depend on neither.
 *
 * @param dataset the data set
 * @param options sizes and seed
 * @throws UserError when a size is no whole number or out of range
 */
export function splitDataset(dataset: Dataset, options: SplitOptions = {}): Split {
  const trainLabels = dataset.train.labels;
  const testLabels = dataset.test.labels;
  const seed = options.seed ?? SPLIT_SEED;
  const validationCount = options.validation ?? Math.min(DEFAULT_VALIDATION, Math.floor(trainLabels.length / 12));
  // What is fitted on must be able to hold every class.
  const most = Math.max(0, trainLabels.length - dataset.classNames.length);
  checkSize('--validation', validationCount, 0, most, `${dataset.name} has ${count(trainLabels.length)} train images`);
  if (options.limit !== undefined) {
    checkSize('--limit', options.limit, dataset.classNames.length, Number.MAX_SAFE_INTEGER, 'at least one a class');
  }
  if (options.testLimit !== undefined) {
    checkSize('the test limit', options.testLimit, 1, Number.MAX_SAFE_INTEGER, 'at least one image');
  }

  const random = createRandom(seed);
  const order = stratifiedOrder(trainLabels, allIndices(trainLabels.length), random);
  const validation = order.slice(0, validationCount).sort();
  // Ordered anew, so that what is left is balanced from its own first image on.
  const rest = stratifiedOrder(trainLabels, order.slice(validationCount), random);
  const train = rest.slice(0, options.limit ?? rest.length).sort();
  const testOrder = stratifiedOrder(testLabels, allIndices(testLabels.length), createRandom(seed));
  const test = testOrder.slice(0, options.testLimit ?? testOrder.length).sort();
  return { train, validation, test, splitHash: hashSplit(dataset, [train, validation, test]) };
}

/**
 * Orders images so that every prefix is a stratified sample: the j-th image of a class of n comes at (j - 1/2) / n of
 * the way, which gives each class its proportional share, rounded, at any length (the Webster or Sainte-Lague method).
 * Largest remainders would not do: there a class can lose an image as the sample grows.
 *
 * @param labels class index of every image of the part
 * @param indices the images to order; reordered in place
 * @param random decides which images of a class come first, and which class where shares are equal
 * @see Balinski, M. and Young, H. P. (1982). Fair representation. Yale University Press.
 */
function stratifiedOrder(labels: Uint8Array, indices: Uint32Array, random: () => number): Uint32Array {
  shuffle(indices, random);
  const sizes = new Uint32Array(256);
  for (const index of indices) sizes[labels[index]!]!++;
  const seen = new Uint32Array(256);
  const places = Float64Array.from(indices, (index) => {
    const label = labels[index]!;
    seen[label]!++;
    return (seen[label]! - 0.5) / sizes[label]!;
  });
  // Ties keep the shuffled order.
  const positions = allIndices(indices.length).sort((a, b) => places[a]! - places[b]! || a - b);
  return positions.map((position) => indices[position]!);
}

function allIndices(length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => i);
}

function checkSize(what: string, value: number, least: number, most: number, reason: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range =
    most === Number.MAX_SAFE_INTEGER ? `of at least ${count(least)}` : `from ${count(least)} to ${count(most)}`;
  throw new UserError(`invalid size for ${what}: ${value}; expected a whole number ${range} (${reason})`);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function hashSplit(dataset: Dataset, lists: readonly Uint32Array[]): string {
  const hash = createHash('sha256');
  for (const sha256 of Object.values(dataset.files)) hash.update(`${sha256}\n`);
  hash.update(`${dataset.classNames.length}\n`);
  for (const list of lists) {
    hash.update(`${list.length}\n`);
    // Four bytes each, little-endian, whatever the machine's own order.
    const bytes = new DataView(new ArrayBuffer(list.length * 4));
    list.forEach((index, i) => {
      bytes.setUint32(4 * i, index, true);
    });
    hash.update(bytes);
  }
  return hash.digest('hex');
}
