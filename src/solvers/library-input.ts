// What the mljs libraries want: arrays of arrays of numbers, and classes numbered without gaps.
import { UserError } from '../base/errors.ts';
import type { Images } from '../types.ts';
import { checkPixels } from './check-pixels.ts';

/**
 * Refuses what the libraries would take without a word and learn nonsense from, or fail on with a message about
 * something else.
 *
 * @param who the model's id, named in the message
 * @throws UserError when there is no image or a pixel is not finite
 */
export function checkTrainingImages(who: string, { count, pixels }: Pick<Images, 'count' | 'pixels'>): void {
  if (count === 0) throw new UserError(`invalid training images: 0; ${who} needs at least 1`);
  checkPixels(who, pixels, count);
}

/**
 * Copies images into an array of arrays, one an image, pixels in [0, 1].
 *
 * @param images count x any size; none gives an empty array
 */
export function toRows({ count, pixels }: Pick<Images, 'count' | 'pixels'>): number[][] {
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, i) => Array.from(pixels.subarray(i * size, (i + 1) * size)));
}

/** Labels renumbered so that every number from 0 on occurs. */
export interface DenseLabels {
  /** One new label an image. */
  readonly labels: number[];
  /** The label that each new one stands for, ascending. */
  readonly classes: readonly number[];
}

/**
 * Renumbers labels: the libraries take the number of different labels for the number of classes, so a class that does
 * not occur in a subset would shift the others.
 *
 * @param labels class indices
 */
export function toDenseLabels(labels: Uint8Array): DenseLabels {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  return { labels: Array.from(labels, (label) => classes.indexOf(label)), classes };
}
