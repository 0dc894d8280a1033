// Tables of aligned columns without lines, for terminals.
import CliTable from 'cli-table3';
import { alignOf, type Column, plainText, type Table, type Tone, toCell } from './blocks.ts';
import { oneLine } from './escape.ts';
import { wrapText } from './wrap-text.ts';

/** Spaces after a column. */
const GAP = 2;
/** The fewest characters that names are cut to, and that sentences are wrapped to. */
const [MIN_NAME, MIN_SENTENCE] = [8, 16];
/** Longer names in the first column are cut, whatever room there is. */
const MAX_NAME = 40;
/** Longer texts in the other columns are cut, too: a thousand lines in a cell take minutes to lay out. */
const MAX_TEXT = 500;
/** Indentation of what stands below a row. */
const INDENT = '    ';

const SIDES = ['top', 'bottom', 'left', 'right', 'mid'];
/** Nothing is drawn between cells. */
const NO_LINES = Object.fromEntries(
  [...SIDES.flatMap((side) => [side, ...['mid', 'left', 'right'].map((end) => `${side}-${end}`)]), 'middle'].map(
    (name) => [name, ''],
  ),
);

/** How heads and cells are coloured. */
export interface TableColours {
  readonly head: (text: string) => string;
  readonly tone: (tone: Tone, text: string) => string;
}

const NO_COLOURS: TableColours = { head: (text) => text, tone: (_, text) => text };

/**
 * Lays out a table. Where it is too wide, columns that may wrap do, then columns go by their priority, then the names in the
 * first column are cut, and at last the rightmost columns stand below each row.
 *
 * @param table each head and cell becomes one line of plain text
 * @param width of the terminal in characters
 * @param colours of heads and cells; none by default
 */
export function terminalTable(table: Table, width: number, colours = NO_COLOURS): string {
  const columns = table.columns.map((column) => ({ ...column, head: oneLine(column.head) }));
  const cells = table.rows.map((row) =>
    row.map((cell, i) => {
      const { text, tone } = toCell(cell);
      const line = oneLine(plainText(text));
      return { text: clip(line, i === 0 ? MAX_NAME : MAX_TEXT), tone };
    }),
  );
  const natural = columns.map(({ head }, i) => Math.max(head.length, ...cells.map((row) => row[i]!.text.length)));
  const { shown, widths, below } = placeColumns(columns, natural, width);
  const aligns = shown.map((i) => alignOf(columns[i]!, i));
  const head = shown.map((i, at) => wrapCell(columns[i]!.head, widths[at]!, colours.head));
  const lines = cells.map((row) => {
    const laidOut = shown.map((i, at) => {
      const { text, tone } = row[i]!;
      const fitted = i === 0 ? clip(text, widths[at]!) : text;
      return wrapCell(fitted, widths[at]!, (line) => (tone === undefined ? line : colours.tone(tone, line)));
    });
    const rest = below.map((i) => row[i]!.text).filter((text) => text !== '');
    const under = rest.length === 0 ? [] : [`${INDENT}${wrapText(rest.join('; '), width, INDENT)}`];
    return [layOutRow(laidOut, aligns, widths), ...under].join('\n');
  });
  return [layOutRow(head, aligns, widths), ...lines].join('\n');
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

/** Where columns stand, by their indices, and the width of each that stands in the row. */
interface Placed {
  readonly shown: readonly number[];
  readonly widths: readonly number[];
  readonly below: readonly number[];
}

function placeColumns(columns: readonly Column[], natural: readonly number[], width: number): Placed {
  const shown = columns.map((_, i) => i);
  const below: number[] = [];
  const sizes = (): number[] => shown.map((i) => natural[i]!);
  const priorityOf = (i: number): number => columns[i]!.priority ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const wrapped = shareWidth(
      sizes(),
      shown.map((i) => columns[i]!.wrap ?? false),
      width,
    );
    if (wrapped) return { shown, widths: wrapped, below };
    const least = shown.reduce((found, i) => (priorityOf(i) < priorityOf(found) ? i : found));
    if (priorityOf(least) < Number.POSITIVE_INFINITY) {
      shown.splice(shown.indexOf(least), 1);
      continue;
    }
    const cut = cutNames(sizes(), width);
    if (cut && !shown.some((i) => columns[i]!.wrap)) return { shown, widths: cut, below };
    if (shown.length === 1) return { shown, widths: [width], below };
    below.unshift(shown.pop()!);
  }
}

/** Gives columns that may wrap what the others leave, in equal parts; null where that is too little. */
function shareWidth(natural: readonly number[], mayWrap: readonly boolean[], width: number): number[] | null {
  const widths = [...natural];
  let left = width + GAP - natural.reduce((sum, size, i) => sum + GAP + (mayWrap[i] ? 0 : size), 0);
  const wrapping = natural.flatMap((size, i) => (mayWrap[i] ? { size, i } : [])).sort((a, b) => a.size - b.size);
  for (const [k, { size, i }] of wrapping.entries()) {
    const share = Math.floor(left / (wrapping.length - k));
    if (share < Math.min(size, MIN_SENTENCE)) return null;
    widths[i] = Math.min(size, share);
    left -= widths[i]!;
  }
  return left < 0 ? null : widths;
}

/** Takes what is too much from the first column; null where that is too little. */
function cutNames([first, ...others]: readonly number[], width: number): number[] | null {
  const left = width - others.reduce((sum, size) => sum + size + GAP, 0);
  return left < Math.min(MIN_NAME, first!) ? null : [Math.min(first!, left), ...others];
}

function wrapCell(text: string, width: number, paint: (line: string) => string): string {
  return wrapText(text, Math.max(1, width))
    .split('\n')
    .map((line) => (line === '' ? '' : paint(line)))
    .join('\n');
}

function layOutRow(cells: readonly string[], aligns: readonly ('left' | 'right')[], widths: readonly number[]): string {
  const table = new CliTable({
    colWidths: widths.map((width) => width + GAP),
    colAligns: [...aligns],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  table.push([...cells]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
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
