// The table at the end of a run, for the terminal.
import { type Block, compact, type Table } from '../../document/blocks.ts';
import { oneLine } from '../../document/escape.ts';
import { clip } from '../../document/terminal-table.ts';
import { createColours } from '../../document/terminal-text.ts';
import { blocksToTerminal } from '../../document/to-terminal.ts';
import { metricsIn } from '../../metrics/find-metric.ts';
import { metricHeading } from '../../metrics/metric-text.ts';
import type { FitRecord } from '../../results/schema.ts';
import { buildReport } from '../model/build-report.ts';
import type { Comparison } from '../model/report-data.ts';
import { leaderboardTable } from '../sections/leaderboard-table.ts';
import { markNotes } from '../sections/row-text.ts';

/** How the table may look. */
export interface SummaryOptions {
  /** The longest line, in characters. */
  readonly columns: number;
  readonly colour: boolean;
  /** Tells whether the checked-out code of the model made a record; by default all records count as current. */
  readonly isCurrent?: (record: FitRecord) => boolean;
}

/**
 * Lays out the results of one run: best first, then why fits failed.
 *
 * @param records of one run, at least one
 * @param options width, colour, which records are current
 * @throws UserError when there are no records
 */
export function summaryTable(records: readonly FitRecord[], { isCurrent, ...options }: SummaryOptions): string {
  // The day does not matter to the rows.
  const { comparisons } = buildReport(records, { ...(isCurrent && { isCurrent }) });
  return comparisons
    .map((comparison) => {
      const title = comparisons.length > 1 ? [clip(oneLine(comparison.title), options.columns)] : [];
      return [...title, ...summaryOf(comparison, options)].join('\n');
    })
    .join('\n\n');
}

function summaryOf(comparison: Comparison, options: SummaryOptions): string[] {
  const paint = createColours(options.colour);
  const failures = comparison.rows.flatMap(({ name, failures: all }) =>
    all.map(({ seed, kind, message }) => oneLine(`${name}, seed ${seed}: ${kind}: ${message}`)),
  );
  const notes = compact(markNotes(comparison));
  return [
    blocksToTerminal([summaryColumns(leaderboardTable(comparison).table)], options),
    ...failures.map((text) => paint.red(clip(text, options.columns))),
    ...(notes.length > 0 ? [blocksToTerminal(notes, options)] : []),
  ];
}

/** Keeps the columns of the leaderboard that a terminal shows. */
function summaryColumns(table: Table): Block {
  const shown = ['model', ...metricsIn('leaderboard').map(metricHeading), 'status'];
  const places = table.columns.flatMap(({ head }, i) => (shown.includes(head) ? i : []));
  return {
    kind: 'table',
    table: {
      columns: places.map((i) => table.columns[i]!),
      rows: table.rows.map((row) => places.map((i) => row[i]!)),
    },
  };
}
