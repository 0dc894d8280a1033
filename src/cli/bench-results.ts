// What a comparison prints after its fits: the table of results, and where the report is.
import { createColours } from '../document/terminal-text.ts';
import { summaryTable } from '../report/render/summary-table.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import { renderReport } from './report.ts';

/** Widest table, in characters. */
const TABLE_COLUMNS = 100;

/** Prints records as a table, or as JSON. */
export function printRecords(records: readonly FitRecord[], { json }: { readonly json?: boolean }, io: Io): void {
  if (json) io.out(JSON.stringify(records, null, 2));
  else if (records.length > 0) {
    const columns = Math.min(TABLE_COLUMNS, io.columns);
    io.out(`\n${summaryTable(records, { columns, colour: io.colour })}`);
  }
}

/**
 * Renders the report and prints its files and problems.
 *
 * @param options the folders of records and report; false renders none
 * @param machine the report is about fits on this machine
 * @throws UserError if a file cannot be written
 */
export async function reportRecords(
  { out, report }: { readonly out: string; readonly report: string | false },
  machine: string,
  io: Io,
): Promise<void> {
  if (report === false) return;
  const { files, problems } = await renderReport({ results: out, report, machine });
  const pages = files.filter((file) => !file.endsWith('.svg')).reverse();
  io.err(`report: ${pages.join(', ')}`);
  const paint = createColours(io.colour);
  for (const problem of problems) io.err(`${paint.yellow('left out:')} ${problem}`);
}
