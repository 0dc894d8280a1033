// Input of the mljs libraries: arrays of rows, and class numbers without gaps.
import { UserError } from '../base/errors.ts';
import type { Images } from '../types.ts';
import { checkPixels } from './check-pixels.ts';

/**
 * Checks images that a library would accept but learn nonsense from, or reject with an unclear message.
 *
 * @param who the model's id, for the message
 * @throws UserError if there is no image or a pixel is not finite
 */
export function checkTrainingImages(who: string, { count, pixels }: Pick<Images, 'count' | 'pixels'>): void {
  if (count === 0) throw new UserError(`invalid training images: 0; ${who} needs at least 1`);
  checkPixels(who, pixels, count);
}

/**
 * Copies images into arrays, one per image, with pixels in [0, 1].
 *
 * @param images count x any size; no images give an empty array
 */
export function toRows({ count, pixels }: Pick<Images, 'count' | 'pixels'>): number[][] {
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, i) => Array.from(pixels.subarray(i * size, (i + 1) * size)));
}

/** Labels renumbered without gaps. */
export interface DenseLabels {
  /** One new label per image. */
  readonly labels: number[];
  /** The original label of each new one, ascending. */
  readonly classes: readonly number[];
}

/**
 * Renumbers labels. The libraries use the number of different labels as the number of classes, so a class that does not
 * occur in a subset would shift the others.
 *
 * @param labels class indices
 */
export function toDenseLabels(labels: Uint8Array): DenseLabels {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  return { labels: Array.from(labels, (label) => classes.indexOf(label)), classes };
}
