// The standard normal distribution: upper tail probability and quantiles.
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';

/**
 * Computes the probability that a standard normal variable is above z, to about 13 digits even if it is tiny.
 *
 * @param z any number, including infinity
 * @returns 0 to 1
 */
export function normalUpperTail(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

/**
 * Computes a quantile of the standard normal distribution (-1.96 for 0.025).
 *
 * @param probability 0 to 1; these two give minus and plus infinity
 * @throws Error if the probability is outside [0, 1]
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new Error(`invalid probability: ${probability}; allowed: 0 to 1`);
  return -Math.SQRT2 * erfcinv(2 * probability);
}
