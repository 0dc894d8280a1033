// A table of plain values for other programs, which CSV and Parquet are written from.

/**
 * What the values of a column are. `text`, `number` (64-bit floating point), `integer` (up to 2^53), `boolean`, and `time`
 * (a UTC instant as ISO 8601 text, in Parquet a timestamp).
 */
export type ColumnType = 'text' | 'number' | 'integer' | 'boolean' | 'time';

/** A value; null where there is none. */
export type Cell = string | number | boolean | null;

/** A column. */
export interface Column<Row> {
  /** A name without spaces. Where a value has a unit, the name ends with it: `fitSeconds`. */
  readonly name: string;
  readonly type: ColumnType;
  /** Reads the value of a row. */
  of(row: Row): Cell | undefined;
}

/** A table: every row has a value for every column. */
export interface Table {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * Makes a table.
 *
 * @param columns in the order of the table
 * @param rows any number of them
 */
export function makeTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Table {
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.map((row) => columns.map(({ of }) => of(row) ?? null)),
  };
}
