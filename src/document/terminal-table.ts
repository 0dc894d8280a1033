// A table of aligned columns without lines, for terminals.
import Table from 'cli-table3';

/**
 * Lays out rows under a head; the last column wraps so that the table fits.
 *
 * @param head names of the columns
 * @param rows as many cells each as the head has
 * @param columns width of the terminal in characters
 */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)) + 2);
  const others = widths.slice(0, -1).reduce((sum, width) => sum + width, 0);
  widths[widths.length - 1] = Math.min(widths.at(-1)!, Math.max(20, columns - others));
  const table = new Table({
    head: [...head],
    colWidths: widths,
    wordWrap: true,
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
