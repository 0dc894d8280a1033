// What a comparison prints after its fits: the table of results, and where the report is.
import { createColours } from '../document/terminal-text.ts';
import { summaryTable } from '../report/render/summary-table.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Io } from '../terminal/io.ts';
import { type BenchEnd, benchJson, benchOutput } from './outputs/bench-output.ts';
import { printJson } from './outputs/define-output.ts';
import { renderReport } from './report.ts';
import { defaultReport, isTrial, RESULTS_REPORT, TRIALS, TRIALS_REPORT } from './trials.ts';

/** Widest table, in characters. */
const TABLE_COLUMNS = 100;

/** Prints records as a table, or how the run ended and the records as JSON. */
export function printRecords(
  records: readonly FitRecord[],
  { out, json }: { readonly out: string; readonly json?: boolean },
  end: Omit<BenchEnd, 'folder'>,
  io: Io,
): void {
  if (json) printJson(io, benchOutput, benchJson(records, { folder: out, ...end }));
  else if (records.length > 0) {
    const columns = Math.min(TABLE_COLUMNS, io.columns);
    io.out(`\n${summaryTable(records, { columns, colour: io.colour })}`);
  }
}

/** Folders of records and report. */
export interface Folders {
  readonly out: string;
  /** By default that of results or that of trials; false renders no report. */
  readonly report?: string | false;
}

/**
 * Renders the report as `npm run report` does, and prints its files and problems. The report of trials is separate from
 * that of results.
 *
 * @param records of the run; without any, nothing is rendered
 * @param folders of records and report
 * @throws UserError if a file cannot be written
 */
export async function reportRecords([first]: readonly FitRecord[], { out, report }: Folders, io: Io): Promise<void> {
  if (report === false || first === undefined) return;
  const trials = isTrial(first);
  const folder = report ?? defaultReport(trials);
  const { files, problems } = await renderReport({
    results: out,
    report: folder,
    trials,
    try: true,
  });
  const pages = files.filter((file) => !file.endsWith('.svg')).reverse();
  io.err(`report${trials ? ' of trials' : ''}: ${pages.join(', ')}`);
  if (folder === TRIALS_REPORT) io.err(`${RESULTS_REPORT}/ is unchanged: it leaves out ${TRIALS}`);
  const paint = createColours(io.colour);
  for (const problem of problems) io.err(`${paint.yellow('left out:')} ${problem}`);
}
