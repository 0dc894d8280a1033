// One-way analysis of variance: do several groups have the same mean?
import betainc from '@stdlib/math-base-special-betainc';

/** Result of a one-way analysis of variance. */
export interface Anova {
  /** Mean square between the groups divided by the mean square within them; null if no group varies. */
  readonly f: number | null;
  /** Probability of an F at least as large if all groups had the same mean; null without an F. */
  readonly p: number | null;
  /** Degrees of freedom between and within the groups. */
  readonly degrees: readonly [between: number, within: number];
}

/**
 * Computes a one-way analysis of variance.
 *
 * @param groups at least two groups, none empty, with more numbers than groups in total
 * @throws Error if there are fewer groups or numbers, or a number is not finite
 * @see Fisher, R. A. (1925). Statistical methods for research workers. The tail of the F distribution is a regularised
 *   incomplete beta function: Abramowitz, M. and Stegun, I. A. (1964), 26.6.2.
 */
export function oneWayAnova(groups: readonly ArrayLike<number>[]): Anova {
  const sizes = groups.map(({ length }) => length);
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const degrees = [groups.length - 1, count - groups.length] as const;
  if (groups.length < 2 || sizes.includes(0) || degrees[1] < 1) {
    throw new Error(
      `invalid groups of ${sizes.join(', ')} numbers; expected two or more groups, none empty, at least one with two`,
    );
  }
  const means = groups.map(meanOf);
  const mean = means.reduce((sum, own, i) => sum + own * sizes[i]!, 0) / count;
  const between = means.reduce((sum, own, i) => sum + sizes[i]! * (own - mean) ** 2, 0);
  const within = groups.reduce((sum, group, i) => sum + sumOf(group, (value) => (value - means[i]!) ** 2), 0);
  if (within === 0) return { f: null, p: null, degrees };
  const f = between / degrees[0] / (within / degrees[1]);
  const p = betainc(degrees[1] / (degrees[1] + degrees[0] * f), degrees[1] / 2, degrees[0] / 2);
  return { f, p, degrees };
}

/** The mean; exactly the common value where all numbers are equal, so that such a group has no variance by rounding. */
function meanOf(group: ArrayLike<number>): number {
  let isConstant = true;
  for (let i = 0; i < group.length; i++) {
    if (!Number.isFinite(group[i]!)) throw new Error(`cannot analyse ${group[i]}: only finite numbers`);
    if (group[i] !== group[0]) isConstant = false;
  }
  return isConstant ? group[0]! : sumOf(group, (value) => value) / group.length;
}

function sumOf(values: ArrayLike<number>, term: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += term(values[i]!);
  return sum;
}
