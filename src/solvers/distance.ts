// Exact distances between byte images, in integers where the metric allows. The neighbour search uses them to order
// candidates.

/** Distance between two images. */
export type DistanceMetric = 'l2' | 'l1' | 'cosine';

/** Names of all metrics. */
export const DISTANCE_METRICS: readonly DistanceMetric[] = ['l2', 'l1', 'cosine'];

/**
 * Computes a value that orders neighbours: the squared distance for L2, the distance for L1 (both integers), and 1 - cosine
 * for cosine. For cosine, a black image has distance 1 from every image.
 *
 * @param metric the distance
 * @param a images, row-major
 * @param i start of the first image in `a`
 * @param b images, row-major
 * @param j start of the second image in `b`
 * @param size bytes per image
 */
export function orderingDistance(
  metric: DistanceMetric,
  a: Uint8Array,
  i: number,
  b: Uint8Array,
  j: number,
  size: number,
): number {
  if (metric === 'l1') return sumOfDifferences(a, i, b, j, size, Infinity);
  if (metric === 'l2') return sumOfSquaredDifferences(a, i, b, j, size);
  const norms = Math.sqrt(dotProduct(a, i, a, i, size)) * Math.sqrt(dotProduct(b, j, b, j, size));
  return norms === 0 ? 1 : 1 - dotProduct(a, i, b, j, size) / norms;
}

/**
 * Converts an ordering value into the distance.
 *
 * @param metric the distance
 * @param value result of `orderingDistance`
 */
export function toDistance(metric: DistanceMetric, value: number): number {
  return metric === 'l2' ? Math.sqrt(value) : value;
}

/**
 * Computes the dot product of two images.
 *
 * @returns an integer of at most size x 255²
 */
export function dotProduct(a: Uint8Array, i: number, b: Uint8Array, j: number, size: number): number {
  let sum = 0;
  for (let p = 0; p < size; p++) sum += a[i + p]! * b[j + p]!;
  return sum;
}

/**
 * Computes the L1 distance, and stops early when the sum is above a limit.
 *
 * @param limit a result above it need not be exact
 * @returns an integer of at most size x 255
 */
export function sumOfDifferences(
  a: Uint8Array,
  i: number,
  b: Uint8Array,
  j: number,
  size: number,
  limit: number,
): number {
  let sum = 0;
  // Compared with the limit only every 64 pixels: a comparison after each one would cost more than it saves.
  for (let from = 0; from < size && sum <= limit; from += 64) {
    const to = Math.min(size, from + 64);
    for (let p = from; p < to; p++) {
      const difference = a[i + p]! - b[j + p]!;
      sum += difference < 0 ? -difference : difference;
    }
  }
  return sum;
}

function sumOfSquaredDifferences(a: Uint8Array, i: number, b: Uint8Array, j: number, size: number): number {
  let sum = 0;
  for (let p = 0; p < size; p++) {
    const difference = a[i + p]! - b[j + p]!;
    sum += difference * difference;
  }
  return sum;
}
