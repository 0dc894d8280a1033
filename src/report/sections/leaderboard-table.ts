// The table of the section Leaderboard, without its chart: the command line shows it too, and loads no code of charts for it.
import { type Cell, type Column, type TableBlock, table } from '../../document/blocks.ts';
import { duration, integer } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { metricsIn } from '../../metrics/find-metric.ts';
import { metricHeading } from '../../metrics/metric-text.ts';
import { type Comparison, finishedRows } from '../model/report-data.ts';
import type { FinishedRow, Row } from '../model/row-data.ts';
import { rowText, rowValue } from './row-metric.ts';
import { familyName, kindSymbol, markedName } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** A column, and the cell that a finished row has in it. */
interface LeaderColumn extends Column {
  readonly cell: (row: FinishedRow) => Cell;
}

/**
 * Builds the table of all rows. Outputs that are too narrow leave out the columns of the lowest priority.
 *
 * @param comparison any comparison
 */
export function leaderboardTable(comparison: Comparison): TableBlock {
  const columns = numberColumns(comparison);
  const texts: Column[] = [
    { head: '#', align: 'right', priority: 6, isTextOnly: true },
    { head: 'model', align: 'left', sort: 'ascending' },
    { head: 'family', align: 'left', priority: 5, isTextOnly: true },
    { head: 'engine', align: 'left', priority: 4, isTextOnly: true },
  ];
  return table(
    [...texts, ...columns, { head: 'status', align: 'left', priority: 10, sort: 'ascending' }],
    comparison.rows.map((row) => [
      row.status === 'ok' && row.rank !== null ? String(row.rank) : '',
      nameCell(row, comparison),
      familyName(row.family),
      row.engine,
      ...columns.map(({ cell }) => (row.status === 'ok' ? cell(row) : { text: '', value: null })),
      statusCell(row, comparison),
    ]),
  );
}

function numberColumns(comparison: Comparison): LeaderColumn[] {
  const candidates = finishedRows(comparison).filter(({ kind }) => kind !== 'baseline');
  const low = Math.min(...candidates.map(({ interval }) => interval[0]));
  const high = Math.max(...candidates.map(({ interval }) => interval[1]));
  const number = (
    head: string,
    priority: number,
    value: (row: FinishedRow) => number | null,
    write: (value: number | null) => string,
  ): LeaderColumn => ({
    head,
    priority,
    sort: 'ascending',
    cell: (row) => ({ text: write(value(row)), value: shortValue(value(row)) }),
  });
  return [
    ...metricsIn('leaderboard').map(
      (metric, i): LeaderColumn => ({
        head: metricHeading(metric),
        sort: metric.better === 'higher' ? 'descending' : 'ascending',
        cell: (row) => ({
          text: rowText(row, metric),
          value: shortValue(rowValue(row, metric)),
          ...(metric.id === 'accuracy' && { extra: bar(row, low, high) }),
        }),
        // Accuracy always stays, then times and memory stay longest.
        ...(metric.id === 'accuracy' ? { isSorted: true } : { priority: metric.test === 'runs' ? 9 - i / 10 : 3 }),
      }),
    ),
    number('fit + predict', 1, ({ sumSeconds }) => sumSeconds.median, duration),
    number('parameters', 2, ({ parameterCount }) => parameterCount, integer),
  ];
}

/** Sorting needs no more than eight digits. */
function shortValue(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(8));
}

/** A page shows family and engine below the name. */
function nameCell(row: Row, comparison: Comparison): Cell {
  const seeds = row.seeds.length > 1 ? ` (${row.seeds.length} seeds)` : '';
  return {
    text: markedName(row, comparison, `${row.name}${seeds}`),
    value: row.name,
    title: row.summary,
    symbol: kindSymbol(row.kind),
    extra: html`<span class="sub">${familyName(row.family)} · ${row.engine}</span>`,
  };
}

function statusCell(row: Row, comparison: Comparison): Cell {
  if (row.failures.length === 0) return { text: 'ok', value: 'ok' };
  const text = row.status === 'ok' ? `${row.failures.length} failed` : row.status;
  return { text: [{ link: text, section: sectionId(comparison, 'failures') }], value: text, tone: 'bad' };
}

/** Draws an interval on the scale of all intervals. The majority baseline is far below that scale. */
function bar({ interval, accuracy, kind }: FinishedRow, low: number, high: number): Markup {
  if (kind === 'baseline' || !(high > low)) return html`<span class="bar" aria-hidden="true"></span>`;
  const place = (value: number): string => (2 + (96 * (value - low)) / (high - low)).toFixed(1);
  const left = place(interval[0]);
  const width = (Number(place(interval[1])) - Number(left)).toFixed(1);
  return html`<span class="bar ${kind}" aria-hidden="true"><i style="left:${left}%;width:${width}%"></i><b style="left:${place(accuracy.mean)}%"></b></span>`;
}
