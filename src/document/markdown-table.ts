// Tables as Markdown that stays readable as source.
import { markdownTable } from 'markdown-table';
import { alignOf, type Column, type Table, toCell } from './blocks.ts';
import { markdownText } from './markdown-text.ts';

/** The widest source of a table, in characters, where columns may be left out. */
const MAX_WIDTH = 100;

/**
 * Writes a table, its columns padded if that fits 100 characters. While the table is wider, the column with the lowest
 * priority is left out.
 *
 * @param table cells are escaped here
 */
export function tableToMarkdown({ columns, rows }: Table): string {
  const aligned = columns.map((column, i) => ({ ...column, align: alignOf(column, i) }));
  return writeNarrow(
    aligned,
    rows.map((row) => row.map((cell) => markdownText(toCell(cell).text))),
  );
}

type AlignedColumn = Column & { readonly align: 'left' | 'right' };

function writeNarrow(columns: readonly AlignedColumn[], rows: readonly (readonly string[])[]): string {
  const text = write(columns, rows);
  if (widthOf(text) <= MAX_WIDTH) return text;
  const priorities = columns.map(({ priority }) => priority ?? Number.POSITIVE_INFINITY);
  const least = Math.min(...priorities);
  if (least === Number.POSITIVE_INFINITY) return text;
  const left = columns.findIndex((_, i) => priorities[i] === least);
  return writeNarrow(
    columns.filter((_, i) => i !== left),
    rows.map((row) => row.filter((_, i) => i !== left)),
  );
}

function write(columns: readonly AlignedColumn[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ head }) => markdownText(head)), ...rows.map((row) => [...row])];
  const align = columns.map((column) => column.align);
  const padded = markdownTable(cells, { align });
  return widthOf(padded) <= MAX_WIDTH ? padded : markdownTable(cells, { align, alignDelimiters: false });
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
