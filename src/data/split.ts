// Splits a data set into training, validation and test images: stratified, seeded and equal on every machine.

import { createHash } from 'node:crypto';
import { UserError } from '../base/errors.ts';
import { createRandom, shuffle } from '../base/random.ts';
import { integer } from '../document/format.ts';
import type { Dataset } from './dataset.ts';

/** Default seed of the split. The seed of a fit does not change the split. */
export const SPLIT_SEED = 20170825;

/** Default number of validation images; smaller data sets use a twelfth of their training images. */
const DEFAULT_VALIDATION = 5000;

/** Positions in the data set's train and test parts, each list ascending; train and validation are disjoint. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
  /** SHA-256 of the data set's checksums, its class count and the three lists. It identifies the split. */
  readonly splitHash: string;
}

/** Sizes and seed of a split. */
export interface SplitOptions {
  /** Number of training images held out for validation, 0 or more. Default: 5,000, at most a twelfth of train. */
  readonly validation?: number | undefined;
  /** Maximum number of the remaining training images to fit on, at least one per class. Default: all. */
  readonly limit?: number | undefined;
  /** Maximum number of test images, at least 1. Default: all. */
  readonly testLimit?: number | undefined;
  /** Any 32-bit integer. */
  readonly seed?: number | undefined;
}

/**
 * Splits a data set. Validation images are drawn first, so they do not depend on `limit`. A smaller limit gives a subset of
 * a larger one. The test images depend on neither.
 *
 * @param dataset the data set
 * @param options sizes and seed
 * @throws UserError if a size is not an integer or out of range
 */
export function splitDataset(dataset: Dataset, options: SplitOptions = {}): Split {
  const trainLabels = dataset.train.labels;
  const testLabels = dataset.test.labels;
  const seed = options.seed ?? SPLIT_SEED;
  const validationCount = options.validation ?? Math.min(DEFAULT_VALIDATION, Math.floor(trainLabels.length / 12));
  // The training images must have room for every class.
  const most = Math.max(0, trainLabels.length - dataset.classNames.length);
  checkSize(
    '--validation',
    validationCount,
    0,
    most,
    `${dataset.name} has ${integer(trainLabels.length)} train images`,
  );
  if (options.limit !== undefined) {
    checkSize('--limit', options.limit, dataset.classNames.length, Number.MAX_SAFE_INTEGER, 'at least one per class');
  }
  if (options.testLimit !== undefined) {
    checkSize('the test limit', options.testLimit, 1, Number.MAX_SAFE_INTEGER, 'at least one image');
  }

  const random = createRandom(seed);
  const order = stratifiedOrder(trainLabels, allIndices(trainLabels.length), random);
  const validation = order.slice(0, validationCount).sort();
  // Ordered again, so that the remaining images are balanced from the first one on.
  const rest = stratifiedOrder(trainLabels, order.slice(validationCount), random);
  const train = rest.slice(0, options.limit ?? rest.length).sort();
  const testOrder = stratifiedOrder(testLabels, allIndices(testLabels.length), createRandom(seed));
  const test = testOrder.slice(0, options.testLimit ?? testOrder.length).sort();
  return { train, validation, test, splitHash: hashSplit(dataset, [train, validation, test]) };
}

/**
 * Orders images so that every prefix is a stratified sample: the j-th image of a class of n is at (j - 1/2) / n of the
 * order. This gives each class its proportional, rounded share at any length (the Webster or Sainte-Lague method). With
 * the method of largest remainders a class could lose an image as the sample grows.
 *
 * @param labels class index of every image of the part
 * @param indices the images to order; reordered in place
 * @param random decides the order within a class, and between classes with equal positions
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
    most === Number.MAX_SAFE_INTEGER ? `of at least ${integer(least)}` : `from ${integer(least)} to ${integer(most)}`;
  throw new UserError(`invalid size for ${what}: ${value}; expected a whole number ${range} (${reason})`);
}

function hashSplit(dataset: Dataset, lists: readonly Uint32Array[]): string {
  const hash = createHash('sha256');
  for (const sha256 of Object.values(dataset.files)) hash.update(`${sha256}\n`);
  hash.update(`${dataset.classNames.length}\n`);
  for (const list of lists) {
    hash.update(`${list.length}\n`);
    // Four bytes each, little-endian on every machine.
    const bytes = new DataView(new ArrayBuffer(list.length * 4));
    list.forEach((index, i) => {
      bytes.setUint32(4 * i, index, true);
    });
    hash.update(bytes);
  }
  return hash.digest('hex');
}
