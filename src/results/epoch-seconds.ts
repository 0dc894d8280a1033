import type { CurvePoint } from './schema.ts';

/**
 * Computes what one pass over the training images took. The first, in which graphs are built, counts only when there is
 * no other.
 *
 * @param curve of one fit, from the first epoch on
 * @returns seconds; null when the curve is empty
 */
export function epochSeconds(curve: readonly CurvePoint[]): number | null {
  const [first, last] = [curve[0], curve.at(-1)];
  if (!first || !last) return null;
  return first === last ? last.seconds : (last.seconds - first.seconds) / (curve.length - 1);
}
