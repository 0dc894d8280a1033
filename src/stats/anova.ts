// Do several groups have one mean? The one-way analysis of variance.
import betainc from '@stdlib/math-base-special-betainc';

/** What the analysis finds. */
export interface Anova {
  /** Mean square between the groups over that within them; null when no group varies within. */
  readonly f: number | null;
  /** The chance of an F at least as large if all groups had one mean; null without an F. */
  readonly p: number | null;
  /** Degrees of freedom between and within the groups. */
  readonly degrees: readonly [between: number, within: number];
}

/**
 * Analyses the variance of groups.
 *
 * @param groups at least two, of at least one number each, more numbers than groups in all
 * @throws Error when there are fewer
 * @see Fisher, R. A. (1925). Statistical methods for research workers, chapter VII. The tail of F is a regularised
 *   incomplete beta function: Abramowitz, M. and Stegun, I. A. (1964), 26.6.2.
 */
export function oneWayAnova(groups: readonly ArrayLike<number>[]): Anova {
  const sizes = groups.map(({ length }) => length);
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const degrees = [groups.length - 1, count - groups.length] as const;
  if (groups.length < 2 || sizes.includes(0) || degrees[1] < 1) {
    throw new Error(`cannot analyse groups of ${sizes.join(', ')} numbers: two or more, none empty, one with several`);
  }
  const means = groups.map((group) => sumOf(group, (value) => value) / group.length);
  const mean = means.reduce((sum, own, i) => sum + own * sizes[i]!, 0) / count;
  const between = means.reduce((sum, own, i) => sum + sizes[i]! * (own - mean) ** 2, 0);
  const within = groups.reduce((sum, group, i) => sum + sumOf(group, (value) => (value - means[i]!) ** 2), 0);
  if (within === 0) return { f: null, p: null, degrees };
  const f = between / degrees[0] / (within / degrees[1]);
  const p = betainc(degrees[1] / (degrees[1] + degrees[0] * f), degrees[1] / 2, degrees[0] / 2);
  return { f, p, degrees };
}

function sumOf(values: ArrayLike<number>, term: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += term(values[i]!);
  return sum;
}
