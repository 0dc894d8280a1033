// Student's t distribution: tail probability and quantiles.
import betainc from '@stdlib/math-base-special-betainc';
import { normalQuantile, normalUpperTail } from './normal.ts';

/** Beyond this many degrees of freedom the distribution is that of a normal variable, to about seven digits. */
const NORMAL_DEGREES = 1e7;

/**
 * Computes the probability that the absolute value of a t variable is at least |t|.
 *
 * @param t any number, including infinity
 * @param degrees degrees of freedom, above 0, including infinity
 * @returns 0 to 1
 * @throws Error if t is NaN or the degrees are not above 0
 * @see Abramowitz, M. and Stegun, I. A. (1964). Handbook of mathematical functions, 26.7.1.
 */
export function studentTwoSidedTail(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0)) throw new Error(`invalid t or degrees of freedom: ${t}, ${degrees}`);
  if (degrees > NORMAL_DEGREES) return 2 * normalUpperTail(Math.abs(t));
  return betainc(degrees / (degrees + t ** 2), degrees / 2, 0.5);
}

/**
 * Computes the value that the absolute value of a t variable exceeds with a given probability: 2.776 for 0.05 and 4 degrees.
 *
 * @param tail probability of both tails together, in (0, 1)
 * @param degrees degrees of freedom, above 0, including infinity
 * @returns above 0
 * @throws Error if an argument is out of range
 */
export function studentCriticalValue(tail: number, degrees: number): number {
  if (!(tail > 0 && tail < 1)) throw new Error(`invalid tail probability: ${tail}; allowed: between 0 and 1`);
  if (degrees > NORMAL_DEGREES) return -normalQuantile(tail / 2);
  let [low, high] = [0, 1];
  while (studentTwoSidedTail(high, degrees) > tail) [low, high] = [high, 2 * high];
  // The tail decreases in t: bisection, until no number lies between the ends.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (studentTwoSidedTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
}
