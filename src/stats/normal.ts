// The standard normal distribution: how much lies above a value, and the value below which so much lies.
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';

/**
 * Computes the chance that a standard normal lies above z, to about 13 digits however small it is.
 *
 * @param z any number, infinite ones included
 * @returns 0 to 1
 */
export function normalUpperTail(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

/**
 * Finds the value below which a standard normal lies with the given probability (-1.96 for 0.025).
 *
 * @param probability 0 to 1, which give minus and plus infinity
 * @throws Error when the probability is outside of [0, 1]
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new Error(`invalid probability: ${probability}; allowed: 0 to 1`);
  return -Math.SQRT2 * erfcinv(2 * probability);
}
