// A series of numbers as a line of text.

const BARS = '▁▂▃▄▅▆▇█';
/** The mark of a missing number. */
const GAP = '·';

/**
 * Draws numbers as bars.
 *
 * @param values any numbers; null where there is none
 * @param minRange a smaller range than this does not fill the height, so that noise does not look like cliffs
 */
export function sparkline(values: readonly (number | null)[], minRange: number): string {
  const numbers = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const span = Math.max(high - low, minRange);
  const bottom = (low + high - span) / 2;
  return values
    .map((value) => {
      if (value === null) return GAP;
      const level = span > 0 ? Math.floor(((value - bottom) / span) * BARS.length) : BARS.length / 2;
      // Rounding may give a level just below 0.
      return BARS[Math.max(0, Math.min(BARS.length - 1, level))]!;
    })
    .join('');
}
