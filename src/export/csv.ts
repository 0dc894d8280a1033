// Writes tables as CSV (RFC 4180, with line feeds).
import { visibleText } from '../document/visible-text.ts';
import type { Cell, Table } from './table.ts';

/**
 * Writes a table as CSV: a line with the names of the columns, then a line for each row. Missing values are empty, numbers
 * have all their digits, booleans are `true` and `false`. Control characters in texts become visible escapes.
 */
export function toCsv({ columns, rows }: Table): string {
  const lines = [columns.map(({ name }) => name), ...rows].map((cells) => cells.map(csvCell).join(','));
  return `${lines.join('\n')}\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = visibleText(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
