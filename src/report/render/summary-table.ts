// The table at the end of a run, for the terminal.
import picocolors from 'picocolors';
import { oneLine } from '../../document/escape.ts';
import { bytes, duration } from '../../document/format.ts';
import type { FitRecord } from '../../results/schema.ts';
import { buildReport } from '../model/build-report.ts';
import type { FinishedRow, Row } from '../model/report-data.ts';
import { accuracyWithInterval } from './report-text.ts';

/**
 * Lays out the results of one run: best first, failures with their reason beneath.
 *
 * @param records of one run, at least one
 * @param options columns: the widest a line may be, in characters; colour: whether to use it
 * @throws UserError when there are no records
 */
export function summaryTable(records: readonly FitRecord[], options: { columns: number; colour: boolean }): string {
  const paint = picocolors.createColors(options.colour);
  // Which day it is plays no part in the rows.
  const { comparisons } = buildReport(records, { now: new Date(0) });
  const blocks = comparisons.map(({ rows, title }) => {
    const head = comparisons.length > 1 ? `${clip(oneLine(title), options.columns)}\n` : '';
    return head + layOut(rows, options.columns, paint);
  });
  return blocks.join('\n\n');
}

function layOut(rows: readonly Row[], columns: number, paint: ReturnType<typeof picocolors.createColors>): string {
  const head = ['model', 'accuracy %', 'macro F1', 'fit', 'predict', 'memory', 'status'];
  const cells = rows.map((row) => (row.status === 'ok' ? finishedCells(row) : failedCells(row)));
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((line) => line[i]!.length)));
  // Only names may be of any length: they give way.
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  widths[0] = Math.min(widths[0]!, Math.max(8, columns - others));
  const line = (values: readonly string[]): string =>
    values
      .map((value, i) => {
        const text = clip(value, widths[i]!);
        return i === 0 || i === head.length - 1 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!);
      })
      .join('  ')
      .trimEnd()
      // A terminal too narrow for the numbers loses the rightmost rather than wrapping every line.
      .slice(0, columns);
  const lines = [paint.bold(line(head))];
  for (const [i, row] of rows.entries()) {
    lines.push(row.status === 'ok' ? line(cells[i]!) : paint.red(line(cells[i]!)));
    for (const { seed, kind, message } of row.failures) {
      lines.push(paint.red(clip(`  seed ${seed}: ${oneLine(`${kind}: ${message}`)}`, columns)));
    }
  }
  return lines.join('\n');
}

function finishedCells(row: FinishedRow): string[] {
  const seeds = row.seeds.length > 1 ? ` x${row.seeds.length}` : '';
  return [
    oneLine(row.name) + seeds,
    accuracyWithInterval(row),
    row.macroF1.mean.toFixed(4),
    duration(row.fitSeconds.median),
    duration(row.predictSeconds.median),
    bytes(row.peakRssBytes),
    row.failures.length > 0 ? `${row.failures.length} failed` : 'ok',
  ];
}

function failedCells(row: Row): string[] {
  return [oneLine(row.name), '-', '-', '-', '-', '-', row.status];
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
