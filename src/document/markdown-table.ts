// Markdown tables that stay readable as source.
import { markdownTable } from 'markdown-table';

/** How wide the source of a table may be, in characters, where it can be helped. */
export const SOURCE_WIDTH = 100;

/** A column: `keep` is its importance where not all columns fit, higher stays longer. */
export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly keep?: number;
}

/**
 * Writes a table: columns padded if that fits 100 characters, else not padded.
 *
 * @param columns one a column
 * @param rows cells, escaped already, as many as there are columns
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ head }) => head), ...rows.map((row) => [...row])];
  const align = columns.map((column) => column.align);
  const padded = markdownTable(cells, { align });
  return widthOf(padded) <= SOURCE_WIDTH ? padded : markdownTable(cells, { align, alignDelimiters: false });
}

/**
 * Writes a table within 100 characters: while it is wider, the column of least importance goes.
 *
 * @param columns one a column; those without `keep` stay whatever the width
 * @param rows cells, escaped already, as many as there are columns
 */
export function narrowTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const text = table(columns, rows);
  if (widthOf(text) <= SOURCE_WIDTH) return text;
  const least = columns.reduce<number>((found, { keep }, i) => {
    if (keep === undefined) return found;
    return found < 0 || keep < columns[found]!.keep! ? i : found;
  }, -1);
  if (least < 0) return text;
  return narrowTable(
    columns.filter((_, i) => i !== least),
    rows.map((row) => row.filter((_, i) => i !== least)),
  );
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
