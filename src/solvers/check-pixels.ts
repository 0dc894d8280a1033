// Checks that pixels are finite. Bytes always are, but pixels computed elsewhere may not be.
import { UserError } from '../base/errors.ts';

/**
 * Checks that all pixels are finite.
 *
 * @param who the model, for the message
 * @param pixels count images, row-major
 * @param count number of images
 * @throws UserError that names the first pixel that is not
 */
export function checkPixels(who: string, pixels: Float32Array, count: number): void {
  // value - value is 0 if the value is finite and NaN otherwise. One sum is five times faster than a test per value.
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += pixels[i]! - pixels[i]!;
  if (sum === 0) return;
  const bad = pixels.findIndex((value) => !Number.isFinite(value));
  const size = pixels.length / count;
  const place = `image ${Math.floor(bad / size)}, pixel ${bad % size}`;
  throw new UserError(`invalid pixel: ${pixels[bad]} (${place}); ${who} needs finite numbers`);
}
