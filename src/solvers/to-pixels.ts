// Input of packages that take pictures, not rows of numbers.
import type { Images } from '../types.ts';

/**
 * Copies images into arrays of lines, with pixels in [0, 1]. `toRows` of library-input.ts gives one array for each image.
 *
 * @param images any number; those of a model that sets `needsPixels`
 * @returns count x height x (width x channels)
 */
export function toPixels({ count, shape, pixels }: Pick<Images, 'count' | 'shape' | 'pixels'>): number[][][] {
  const length = shape.width * shape.channels;
  const line = (at: number): number[] => Array.from(pixels.subarray(at * length, (at + 1) * length));
  return Array.from({ length: count }, (_, image) =>
    Array.from({ length: shape.height }, (_, y) => line(image * shape.height + y)),
  );
}
