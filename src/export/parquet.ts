// Writes tables as Parquet.
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer';
import type { Cell, ColumnType, Table } from './table.ts';

const TYPES: Readonly<Record<ColumnType, BasicType>> = {
  text: 'STRING',
  number: 'DOUBLE',
  integer: 'INT64',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
};

/**
 * Writes a table as a Parquet file, compressed with Snappy. Integers are INT64, times are timestamps in UTC, missing values
 * are null.
 *
 * @returns the bytes of the file
 */
export function toParquet({ columns, rows }: Table): Uint8Array {
  const columnData = columns.map(({ name, type }, i) => ({
    name,
    type: TYPES[type],
    nullable: true,
    data: rows.map((row) => parquetValue(row[i]!, type)),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function parquetValue(cell: Cell, type: ColumnType): Cell | bigint | Date {
  if (cell === null) return null;
  if (type === 'integer') return BigInt(cell);
  return type === 'time' ? new Date(String(cell)) : cell;
}
