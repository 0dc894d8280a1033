// A table of texts whose kinds of columns are counted.
import type { Table } from './blocks.ts';

/** A table whose first columns are names, the others numbers; cells are texts, not escaped. */
export interface PlainTable {
  readonly head: readonly string[];
  /** How many columns from the left hold names. */
  readonly names: number;
  /** How many columns from the right hold sentences; none by default. */
  readonly words?: number;
  readonly lines: readonly (readonly string[])[];
}

/**
 * Makes a table of a document.
 *
 * @param plain table of texts
 */
export function toTable({ head, names, words = 0, lines }: PlainTable): Table {
  return {
    columns: head.map((name, i) => ({
      head: name,
      align: i < names || i >= head.length - words ? 'left' : 'right',
      wrap: i >= head.length - words,
    })),
    rows: lines,
  };
}
