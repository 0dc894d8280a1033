// Pixel maps for the report: one number per pixel from one number per feature of a model that reads pixels directly.
import type { ImageShape, PixelMap } from '../types.ts';

/**
 * Creates a pixel map from one value per feature.
 *
 * @param name caption of the map
 * @param features height x width x channels values, row-major, channels last; the channels of a pixel are summed
 * @param shape size of one image
 */
export function pixelMap(name: string, features: ArrayLike<number>, { height, width, channels }: ImageShape): PixelMap {
  const values = new Float32Array(height * width);
  for (let f = 0; f < features.length; f++) values[Math.floor(f / channels)]! += features[f]!;
  return { name, values };
}

/**
 * Creates one pixel map per class from the weights of a linear model.
 *
 * @param weights classes x features, row-major
 * @param classNames one per class
 * @param shape size of one image
 */
export function weightMaps(weights: Float32Array, classNames: readonly string[], shape: ImageShape): PixelMap[] {
  const width = weights.length / classNames.length;
  return classNames.map((name, k) =>
    pixelMap(`weight for ${name}`, weights.subarray(k * width, (k + 1) * width), shape),
  );
}
