// The duration of an epoch, computed from a learning curve.
import type { CurvePoint } from './schema.ts';

/**
 * Computes the mean duration of an epoch, one pass over the training images. The first epoch, in which graphs are built,
 * is left out if there are others.
 *
 * @param curve of one fit, from the first epoch on
 * @returns seconds; null when the curve is empty
 */
export function epochSeconds(curve: readonly CurvePoint[]): number | null {
  const [first, last] = [curve[0], curve.at(-1)];
  if (!first || !last) return null;
  return first === last ? last.seconds : (last.seconds - first.seconds) / (curve.length - 1);
}
