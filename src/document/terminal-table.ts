// Tables of aligned columns without lines, for terminals.
import CliTable from 'cli-table3';
import { alignOf, type Column, plainText, type Table, toCell } from './blocks.ts';
import { oneLine } from './escape.ts';

/** Spaces after a column. */
const GAP = 2;
/** The fewest characters that names are cut to, and that sentences are wrapped to. */
const [LEAST_NAME, LEAST_SENTENCE] = [8, 20];

const SIDES = ['top', 'bottom', 'left', 'right', 'mid'];
/** Nothing is drawn between cells. */
const NO_LINES = Object.fromEntries(
  [...SIDES.flatMap((side) => [side, ...['mid', 'left', 'right'].map((end) => `${side}-${end}`)]), 'middle'].map(
    (name) => [name, ''],
  ),
);

/**
 * Lays out a table. Where it is too wide, columns go by their priority; then the last column that may wrap does, or else
 * the names in the first column are cut, and at last the lines.
 *
 * @param table each cell becomes a line of plain text
 * @param width of the terminal in characters
 */
export function terminalTable({ columns, rows }: Table, width: number): string {
  const texts = rows.map((row) => row.map((cell) => oneLine(plainText(toCell(cell).text))));
  const natural = columns.map(({ head }, i) => Math.max(head.length, ...texts.map((row) => row[i]!.length)));
  const shown = fitting(columns, natural, width);
  const widths = shown.map((i) => natural[i]!);
  const wrapping = shown.findLastIndex((i) => columns[i]!.wrap);
  const [yielding, least] = wrapping >= 0 ? [wrapping, LEAST_SENTENCE] : [0, LEAST_NAME];
  const excess = Math.max(0, totalOf(widths) - width);
  widths[yielding] = Math.max(Math.min(least, widths[yielding]!), widths[yielding]! - excess);
  const layout = new CliTable({
    head: shown.map((i) => columns[i]!.head),
    colAligns: shown.map((i) => alignOf(columns[i]!, i)),
    colWidths: widths.map((one) => one + GAP),
    wordWrap: wrapping >= 0,
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  layout.push(...texts.map((row) => shown.map((i, at) => (wrapping >= 0 ? row[i]! : clip(row[i]!, widths[at]!)))));
  const lines = layout.toString().split('\n');
  return lines.map((line) => (wrapping >= 0 ? line : line.slice(0, width)).trimEnd()).join('\n');
}

/**
 * Lays out rows under a head; the last column wraps.
 *
 * @param head names of the columns
 * @param rows as many cells each as the head has
 * @param width of the terminal in characters
 */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const columns = head.map((name, i) => ({ head: name, align: 'left' as const, wrap: i === head.length - 1 }));
  return terminalTable({ columns, rows }, width);
}

/** The columns that fit: while they do not, that of the lowest priority goes. */
function fitting(columns: readonly Column[], widths: readonly number[], width: number): number[] {
  const shown = columns.map((_, i) => i);
  const priorityOf = (i: number): number => columns[i]!.priority ?? Number.POSITIVE_INFINITY;
  while (totalOf(shown.map((i) => widths[i]!)) > width) {
    const least = shown.reduce((found, i) => (priorityOf(i) < priorityOf(found) ? i : found));
    if (priorityOf(least) === Number.POSITIVE_INFINITY) break;
    shown.splice(shown.indexOf(least), 1);
  }
  return shown;
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP, -GAP);
}

/**
 * Cuts a text that is too long.
 *
 * @param text one line
 * @param width characters
 */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
