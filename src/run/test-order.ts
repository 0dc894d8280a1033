// The order in which a model gets the test images: its answers cannot rely on their places in the data set.
import { createHash } from 'node:crypto';
import { createRandom, shuffle } from '../base/random.ts';
import type { Prediction } from '../types.ts';

/**
 * Shuffles the positions of the test images. The same labels and seed give the same order. A process that does not know
 * the labels cannot compute it.
 *
 * @param labels of the test images
 * @param seed of the fit
 * @returns the position of the image that comes first, of the second, and so on
 */
export function testOrder(labels: Uint8Array, seed: number): Uint32Array {
  const digest = createHash('sha256').update(labels).update(`\0${seed}`).digest();
  const positions = Uint32Array.from({ length: labels.length }, (_, i) => i);
  return shuffle(positions, createRandom(digest.readUInt32LE(0)));
}

/**
 * Sorts a prediction of shuffled images back.
 *
 * @param prediction of the images in the shuffled order, already checked by `checkPrediction`
 * @param order result of `testOrder`
 * @param classCount number of classes
 * @returns the prediction of the images in their original order
 */
export function inOriginalOrder(
  { labels, probabilities }: Prediction,
  order: Uint32Array,
  classCount: number,
): Prediction {
  const sorted = { labels: new Uint8Array(labels.length), probabilities: new Float32Array(probabilities?.length ?? 0) };
  for (const [i, position] of order.entries()) {
    sorted.labels[position] = labels[i]!;
    const row = probabilities?.subarray(i * classCount, (i + 1) * classCount);
    if (row) sorted.probabilities.set(row, position * classCount);
  }
  return probabilities ? sorted : { labels: sorted.labels };
}
