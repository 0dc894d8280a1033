// The options and the output that all exports of tables share.
import { type Command, Option } from 'commander';
import { UserError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/write-file-atomic.ts';
import { counted } from '../document/format.ts';
import { toCsv } from '../export/csv.ts';
import type { Table } from '../export/table.ts';
import type { Io } from '../terminal/io.ts';

/** Where a table goes. */
export interface TableOptions {
  readonly format: 'csv' | 'parquet';
  /** A file; absent for standard output. */
  readonly out?: string;
}

/** Adds the options of every export of a table. */
export function withTableOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'format of the table').choices(['csv', 'parquet']).default('csv'))
    .option('--out <file>', 'write to this file; CSV goes to standard output by default');
}

/**
 * Refuses options that do not fit together, before any work.
 *
 * @throws UserError when Parquet has no file
 */
export function checkTableOptions({ format, out }: TableOptions): void {
  if (format !== 'parquet' || out !== undefined) return;
  throw new UserError('--format parquet needs a file, because it is not text: --out FILE.parquet');
}

/**
 * Writes a table.
 *
 * @throws UserError when the file cannot be written; an existing file then stays unchanged
 */
export async function writeTable(table: Table, { format, out }: TableOptions, io: Io): Promise<void> {
  if (out === undefined) return io.out(toCsv(table).trimEnd());
  // Loaded when it is needed: most exports are CSV.
  const content = format === 'csv' ? toCsv(table) : (await import('../export/parquet.ts')).toParquet(table);
  await writeFileAtomic(out, content);
  io.err(`wrote ${counted(table.rows.length, 'row')} to ${out}`);
}
