// Many tests at once: p-values adjusted so that the chance of a single false alarm among all stays what was asked.

/**
 * Adjusts p-values by Holm's step-down method; a test is significant at a level when its adjusted value is not above it.
 *
 * @param pValues of the tests shown together, each in [0, 1], in any order
 * @returns the adjusted values in the same order, each in [0, 1] and no smaller than it was; empty for empty
 * @throws Error when a value is outside of [0, 1]
 * @see Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6.
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length).fill(0);
  let floor = 0;
  const ranked = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  for (const [rank, { p, index }] of ranked.entries()) {
    if (!(p >= 0 && p <= 1)) throw new Error(`invalid p-value: ${p}; allowed: 0 to 1`);
    floor = Math.max(floor, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = floor;
  }
  return adjusted;
}
