// Exact distances between byte images, in whole numbers where the metric allows. What the neighbour search settles
// ties and rounding with.

/** How far two images are apart. */
export type Metric = 'l2' | 'l1' | 'cosine';

/** Every metric by name. */
export const METRICS: readonly Metric[] = ['l2', 'l1', 'cosine'];

/**
 * Computes one value that orders neighbours: the squared distance for L2 and the distance for L1, both whole numbers,
 * and 1 - cosine for cosine, where an image without ink is 1 away from every other.
 *
 * @param metric which distance
 * @param a images, row-major
 * @param i where the first image starts in `a`
 * @param b images, row-major
 * @param j where the second image starts in `b`
 * @param size bytes of one image
 */
export function orderingDistance(
  metric: Metric,
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
 * Turns an ordering value into the distance itself.
 *
 * @param metric which distance
 * @param value of `orderingDistance`
 */
export function toDistance(metric: Metric, value: number): number {
  return metric === 'l2' ? Math.sqrt(value) : value;
}

/**
 * Multiplies two images and sums up.
 *
 * @returns a whole number of at most size x 255²
 */
export function dotProduct(a: Uint8Array, i: number, b: Uint8Array, j: number, size: number): number {
  let sum = 0;
  for (let p = 0; p < size; p++) sum += a[i + p]! * b[j + p]!;
  return sum;
}

/**
 * Sums |a - b|, and stops early once the sum is above a limit.
 *
 * @param limit what is above it need not be exact
 * @returns a whole number of at most size x 255
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
  // A look at the limit after every pixel would cost more than it saves.
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
