// Summary statistics and quantiles of a few numbers, such as accuracies over seeds or times over repeats.

/** Summary statistics, in the unit of the values. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation with n - 1 in the denominator; null for a single number. */
  readonly sd: number | null;
  readonly min: number;
  readonly max: number;
  readonly median: number;
}

/**
 * Computes summary statistics.
 *
 * @param values at least one, in any order
 * @throws Error if there are none or one is not finite
 */
export function summarize(values: readonly number[]): Summary {
  const sorted = sort(values);
  return { ...meanAndSd(values), min: sorted[0]!, max: sorted.at(-1)!, median: quantile(values, 0.5) };
}

/**
 * Computes the mean and the standard deviation.
 *
 * @param values as for `summarize`
 * @throws Error as `summarize`
 */
export function meanAndSd(values: readonly number[]): Pick<Summary, 'count' | 'mean' | 'sd'> {
  checkValues(values);
  const count = values.length;
  const mean = sum(values) / count;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { count, mean, sd: count > 1 ? Math.sqrt(squares / (count - 1)) : null };
}

/**
 * Computes a quantile, with linear interpolation between neighbouring values (type 7 of Hyndman and Fan, the default of R
 * and NumPy).
 *
 * @param values at least one, in any order
 * @param share 0 (the minimum) to 1 (the maximum)
 * @throws Error if there are no values, one is not finite, or the share is outside [0, 1]
 * @see Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American Statistician 50.
 */
export function quantile(values: readonly number[], share: number): number {
  if (!(share >= 0 && share <= 1)) throw new Error(`invalid share: ${share}; allowed: 0 to 1`);
  const sorted = sort(values);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}

function sort(values: readonly number[]): number[] {
  checkValues(values);
  return [...values].sort((a, b) => a - b);
}

function checkValues(values: readonly number[]): void {
  if (values.length === 0) throw new Error('cannot summarise an empty list');
  const strange = values.find((value) => !Number.isFinite(value));
  if (strange !== undefined) throw new Error(`cannot summarise ${strange}: only finite numbers`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
