// Averages over classes. Undefined values are left out.

/**
 * Averages over the classes that have a value, as scikit-learn does with `zero_division=np.nan`.
 *
 * @param values one for each class, null where undefined
 * @returns the unweighted mean; null when no class has a value
 */
export function macroAverage(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/**
 * Averages over the classes that have a value, each weighted by its support, as scikit-learn does with
 * `zero_division=np.nan`. When only classes without support have a value, the weights are ignored.
 *
 * @param values one for each class, null where undefined
 * @param support images of each class
 * @returns the weighted mean; null when no class has a value
 */
export function weightedAverage(values: readonly (number | null)[], support: readonly number[]): number | null {
  let sum = 0;
  let weights = 0;
  for (const [label, value] of values.entries()) {
    if (value === null) continue;
    sum += value * support[label]!;
    weights += support[label]!;
  }
  return weights === 0 ? macroAverage(values) : sum / weights;
}
