// Holm's correction of p-values for multiple tests.

/**
 * Adjusts p-values by Holm's step-down method. It controls the family-wise error rate: a test is significant at a level if
 * its adjusted p-value is at most that level.
 *
 * @param pValues p-values of all tests of the family, each in [0, 1], in any order
 * @returns adjusted p-values in the same order, each in [0, 1] and at least the original; empty for empty
 * @throws Error if a value is outside [0, 1]
 * @see Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6.
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length).fill(0);
  let largest = 0;
  const ranked = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  for (const [rank, { p, index }] of ranked.entries()) {
    if (!(p >= 0 && p <= 1)) throw new Error(`invalid p-value: ${p}; allowed: 0 to 1`);
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
