// Finds test images that have a near-duplicate among the training images. A model can predict these from memory.
import { decodeLabels } from '../results/encode.ts';
import type { FinishedRecord } from '../results/schema.ts';
import { nearestNeighbours } from '../solvers/nearest-neighbours.ts';
import type { Part } from './foreground.ts';

/** A test image and its nearest training image. */
export interface NearDuplicate {
  /** Position in the test images. */
  readonly test: number;
  /** Position in the training images, the lowest of equally near ones. */
  readonly train: number;
  /** Root of the mean squared difference of their pixels, in grey values of 256; 0 for equal images. */
  readonly difference: number;
  /** Whether both have the same label. */
  readonly sameLabel: boolean;
}

/** What counts as a near-duplicate. */
export interface NearDuplicateOptions {
  /** Largest difference, in grey values of 256. */
  readonly near: number;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Finds test images whose nearest training image is a near-duplicate. Needs TensorFlow.
 *
 * @param train at least one image
 * @param test images of the same size
 * @returns the most similar first
 */
export async function findNearDuplicates(
  train: Part,
  test: Part,
  { near, ...options }: NearDuplicateOptions,
): Promise<NearDuplicate[]> {
  const stack = ({ bytes, labels }: Part) => ({ bytes, count: labels.length });
  const { indices, distances } = await nearestNeighbours(stack(train), stack(test), { k: 1, ...options });
  const size = train.bytes.length / train.labels.length;
  return Array.from(indices, (at, i): NearDuplicate => {
    const difference = distances[i]! / Math.sqrt(size);
    return { test: i, train: at, difference, sameLabel: train.labels[at] === test.labels[i] };
  })
    .filter(({ difference }) => difference <= near)
    .sort((a, b) => a.difference - b.difference || a.test - b.test);
}

/** A model's accuracy with and without the test images that have a near-duplicate. */
export interface AccuracyWithoutDuplicates {
  readonly modelId: string;
  readonly seed: number;
  /** Of all test images, 0 to 1. */
  readonly all: number;
  /** Of the test images without a near-duplicate; null when all have one. */
  readonly without: number | null;
}

/**
 * Computes accuracies on the test images that have no near-duplicate.
 *
 * @param records whose predictions are of exactly these test images
 * @param truth labels of the test images
 * @param nearDuplicates test images to leave out
 */
export function accuracyWithoutDuplicates(
  records: readonly FinishedRecord[],
  truth: Uint8Array,
  nearDuplicates: readonly NearDuplicate[],
): AccuracyWithoutDuplicates[] {
  const all = new Set(truth.keys());
  const left = new Set(all);
  for (const { test } of nearDuplicates) left.delete(test);
  return records.map(({ model, seed, predictions }) => {
    const labels = decodeLabels(predictions);
    const share = (images: ReadonlySet<number>): number =>
      [...images].filter((i) => labels[i] === truth[i]).length / images.size;
    return { modelId: model.id, seed, all: share(all), without: left.size > 0 ? share(left) : null };
  });
}
