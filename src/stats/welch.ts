// Welch's t test: do two groups of numbers with unequal variances have the same mean?
import { sumOfVariances } from './satterthwaite.ts';
import { studentCriticalValue, studentTwoSidedTail } from './student-t.ts';
import { summarize } from './summary.ts';

/** Result of Welch's test. */
export interface Welch {
  /** Mean of the second group minus that of the first. */
  readonly difference: number;
  readonly interval: readonly [low: number, high: number];
  /** Two-sided. */
  readonly p: number;
}

/**
 * Compares two groups.
 *
 * @param first at least two numbers
 * @param second at least two numbers
 * @param confidence of the interval, between 0 and 1, exclusive
 * @returns a p of 1 if all numbers are equal, of 0 if each group is constant
 * @throws Error if a group has fewer numbers, or one is not finite
 * @see Welch, B. L. (1947). The generalization of Student's problem when several different population variances are
 *   involved. Biometrika 34.
 */
export function welchTest(first: readonly number[], second: readonly number[], confidence = 0.95): Welch {
  const [one, other] = [summarize(first), summarize(second)];
  if (one.sd === null || other.sd === null) throw new Error('cannot test a single number; expected two or more');
  const { variance, degrees } = sumOfVariances([
    { variance: one.sd ** 2 / one.count, degrees: one.count - 1 },
    { variance: other.sd ** 2 / other.count, degrees: other.count - 1 },
  ]);
  const difference = other.mean - one.mean;
  const error = Math.sqrt(variance);
  const half = error === 0 ? 0 : studentCriticalValue(1 - confidence, degrees) * error;
  const p = difference === 0 ? 1 : studentTwoSidedTail(difference / error, degrees);
  return { difference, interval: [difference - half, difference + half], p };
}
