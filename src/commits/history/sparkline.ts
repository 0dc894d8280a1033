// A line of numbers as a line of text.

const BARS = '▁▂▃▄▅▆▇█';
/** Where nothing was measured. */
const GAP = '·';

/**
 * Draws numbers as bars, the least lowest.
 *
 * @param values any numbers; null where there is none
 * @param leastSpan the range that fills the height at least, so that noise does not look like cliffs
 */
export function sparkline(values: readonly (number | null)[], leastSpan: number): string {
  const numbers = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const span = Math.max(high - low, leastSpan);
  const bottom = (low + high - span) / 2;
  return values
    .map((value) => {
      if (value === null) return GAP;
      const level = span > 0 ? Math.floor(((value - bottom) / span) * BARS.length) : BARS.length / 2;
      // Rounding may lead a little below the bottom.
      return BARS[Math.max(0, Math.min(BARS.length - 1, level))]!;
    })
    .join('');
}
