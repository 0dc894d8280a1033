// From one number a feature to one number a pixel: how a fitted model that reads pixels directly shows what it makes of them.
import type { ImageShape, PixelMap } from '../types.ts';

/**
 * Makes a picture of what a model says of each feature.
 *
 * @param name what is shown
 * @param features height x width x channels values, row-major, channels last; the channels of a pixel are summed
 * @param shape of one image
 */
export function pixelMap(name: string, features: ArrayLike<number>, { height, width, channels }: ImageShape): PixelMap {
  const values = new Float32Array(height * width);
  for (let f = 0; f < features.length; f++) values[Math.floor(f / channels)]! += features[f]!;
  return { name, values };
}

/**
 * Makes a picture a class of a linear model's weights.
 *
 * @param weights classes x features, row-major
 * @param classNames one a class
 * @param shape of one image
 */
export function weightMaps(weights: Float32Array, classNames: readonly string[], shape: ImageShape): PixelMap[] {
  const width = weights.length / classNames.length;
  return classNames.map((name, k) =>
    pixelMap(`weight for ${name}`, weights.subarray(k * width, (k + 1) * width), shape),
  );
}
