// The results table of the README, between its marks: our models and their reference implementations.
import { UserError } from '../../base/errors.ts';
import { codeSpan, escapeMarkdown } from '../../document/escape.ts';
import { bytes, duration, integer, list, NOT_AVAILABLE, percent } from '../../document/format.ts';
import { tableToMarkdown } from '../../document/markdown-table.ts';
import { shortCommit } from '../../git/short-commit.ts';
import { processorText } from '../../results/machine-identity.ts';
import type { FitRecord } from '../../results/schema.ts';
import { wilsonInterval } from '../../stats/wilson.ts';
import { type HeadlineRequest, type HeadlineRow, headlineRows, isRequested } from '../model/headline-rows.ts';
import type { ReportData } from '../model/report-data.ts';
import type { Row } from '../model/row-data.ts';
import { accuracyWithInterval } from '../sections/row-text.ts';

const START = '<!-- results:start -->';
const END = '<!-- results:end -->';
const EARLIER_VERSION = "measured at an earlier version of the model's code";
/** Rows of the table at most. */
const MOST_ROWS = 10;

/** What the table of the README shows. */
export interface ReadmeTableOptions {
  /** The rows to look for, at most ten. */
  readonly rows: readonly HeadlineRequest[];
  /** The command that measures all of them. */
  readonly command: string;
  /** Tells whether the checked-out code of the model made a record; by default all records count as current. */
  readonly isCurrent?: (record: FitRecord) => boolean;
}

/**
 * Writes the results as a Markdown table and a line of conditions: our models and references, or, when no reference was
 * measured, the models of the largest comparison.
 *
 * @param data a report of the records
 * @param records those of the report
 * @throws UserError when there is neither
 */
export function resultsTable(data: ReportData, records: readonly FitRecord[], options: ReadmeTableOptions): string {
  const rows = headlineRows(records, options.rows).slice(0, MOST_ROWS);
  return rows.length > 0 ? referencesTable(rows, options) : modelsTable(data);
}

/**
 * Replaces what is between the marks of a Markdown file.
 *
 * @param readme the file's text
 * @param text the new text between the marks
 * @param file the file's name, for the error
 * @returns the whole text
 * @throws UserError when a mark is missing, occurs twice, or the end comes before the start
 */
export function replaceBetweenMarks(readme: string, text: string, file = 'README.md'): string {
  const [before, rest, ...more] = readme.split(START);
  const [, after, ...evenMore] = (rest ?? '').split(END);
  if (rest === undefined || after === undefined || more.length > 0 || evenMore.length > 0 || before!.includes(END)) {
    throw new UserError(
      `no place for the results in ${file}: it must contain "${START}" and, further down, "${END}", each once`,
    );
  }
  return `${before}${START}\n${text}\n${END}${after}`;
}

function referencesTable(rows: readonly HeadlineRow[], options: ReadmeTableOptions): string {
  const notes: string[] = [];
  const cells = rows.map((row) => {
    const { ours, theirs, ratios } = row.pair;
    const numbers = notesOf(row, rows, options).map((note) => numberOf(notes, note));
    const marks = numbers.length > 0 ? ` (${numbers.join(', ')})` : '';
    return [
      row.request.modelId + marks,
      ours.failure === null ? accuracyOf(row) : row.ours.status,
      duration(ours.fitSeconds?.median ?? null),
      theirs.engine,
      theirs.failure === null ? duration(theirs.fitSeconds?.median ?? null) : row.reference.status,
      ratios.sum === null ? NOT_AVAILABLE : factor(1 / ratios.sum),
    ];
  });
  const footnotes = notes.map((note, i) => `(${i + 1}) ${note}.`);
  return [
    tableToMarkdown({
      columns: [
        { head: 'model', align: 'left' },
        { head: 'accuracy, %', align: 'right' },
        { head: 'fit', align: 'right' },
        { head: 'reference implementation', align: 'left' },
        { head: 'its fit', align: 'right' },
        { head: 'times faster (fit + predict)', align: 'right' },
      ],
      rows: cells,
    }),
    '',
    conditionsOf(rows, options.command),
    ...(footnotes.length > 0 ? ['', footnotes.join(' ')] : []),
  ].join('\n');
}

/** The accuracy of our model with half the width of its 95 % interval. */
function accuracyOf({ pair, ours }: HeadlineRow): string {
  const { test } = ours.dataset;
  const [low, high] = wilsonInterval(Math.round(pair.ours.accuracy! * test), test);
  return `${percent(pair.ours.accuracy)} ± ${percent((high - low) / 2)}`;
}

/** What sets a row apart from the others, each without its full stop. */
function notesOf(row: HeadlineRow, rows: readonly HeadlineRow[], options: ReadmeTableOptions): string[] {
  const { ours, reference, request, pair } = row;
  const newest = newestOf(rows);
  return [
    ...((options.isCurrent?.(ours) ?? true) ? [] : [EARLIER_VERSION]),
    ...(commitOf(ours) === commitOf(newest) ? [] : [`measured at ${escapeMarkdown(commitOf(ours))}`]),
    ...[ours, reference]
      .filter((record) => !isRequested(record, request))
      .slice(0, 1)
      .map(({ command }) => `measured by ${codeSpan(command)}`),
    ...pair.remarks.map((remark) => escapeMarkdown(remark.replace(/\.$/, ''))),
  ];
}

function conditionsOf(rows: readonly HeadlineRow[], command: string): string {
  const newest = newestOf(rows);
  const { dataset, machine, software } = newest;
  const rounds = rows.map(({ ours }) => Number(ours.model.notes['rounds'] ?? 1));
  const [least, most] = [Math.min(...rounds), Math.max(...rounds)];
  const cores = `${machine.cores} core${machine.cores === 1 ? '' : 's'}`;
  return [
    `${escapeMarkdown(dataset.name)}, ${integer(dataset.train)} images to fit, ${integer(dataset.test)} to test;`,
    `each model alternating with its reference, median of ${least === most ? least : `${least} to ${most}`}`,
    `${most === 1 ? 'round' : 'rounds'}; ± is half of the 95 % interval over test images (Wilson);`,
    `${escapeMarkdown(processorText(machine))} (${cores}, ${bytes(machine.memoryBytes)}), ${escapeMarkdown(software.engine.device)};`,
    `${datesOf(rows)}, ${escapeMarkdown(commitOf(newest))}; measured by ${codeSpan(command)}.`,
  ].join(' ');
}

function datesOf(rows: readonly HeadlineRow[]): string {
  const days = rows.map(({ ours }) => ours.startedAt.slice(0, 10)).sort();
  return days[0] === days.at(-1) ? days[0]! : `${days[0]} to ${days.at(-1)}`;
}

function newestOf(rows: readonly HeadlineRow[]): FitRecord {
  return rows.map(({ ours }) => ours).reduce((a, b) => (Date.parse(b.startedAt) > Date.parse(a.startedAt) ? b : a));
}

function commitOf({ git }: FitRecord): string {
  if (git === null) return 'no commit';
  return `commit ${shortCommit(git.commit)}${git.dirty ? ' with uncommitted changes' : ''}`;
}

/** Two significant digits below 10, whole numbers from there: `0.83`, `1.2`, `12`. */
function factor(value: number): string {
  if (value >= 9.95) return integer(value);
  return value.toFixed(value < 0.995 ? 2 : 1);
}

function numberOf(notes: string[], note: string): number {
  const i = notes.indexOf(note);
  return i >= 0 ? i + 1 : notes.push(note);
}

/** The rows of the largest comparison, for records without references. */
function modelsTable({ comparisons }: ReportData): string {
  const comparison = comparisons[0];
  if (!comparison) {
    throw new UserError('no table of results: the records contain no comparison (npm run bench measures one)');
  }
  return [
    tableToMarkdown({
      columns: [
        { head: 'model', align: 'left' },
        { head: 'accuracy, %', align: 'right' },
        { head: 'fit', align: 'right' },
        { head: 'predict', align: 'right' },
      ],
      rows: comparison.rows.map(modelCells),
    }),
    '',
    `± is half of the 95 % interval over seeds and test images. Predict: all ${integer(comparison.counts.test)} test images. ` +
      escapeMarkdown(comparison.headline),
  ].join('\n');
}

function modelCells(row: Row): string[] {
  const { name } = row;
  if (row.status !== 'ok') return [name, row.status, '', ''];
  const remarks = [
    ...(row.isCurrent ? [] : [EARLIER_VERSION]),
    ...(row.kind === 'baseline' ? ['baseline'] : []),
    ...(row.seeds.length > 1 ? [`${row.seeds.length} seeds`] : []),
  ];
  return [
    name + (remarks.length > 0 ? ` (${list(remarks)})` : ''),
    accuracyWithInterval(row),
    duration(row.fitSeconds.median),
    duration(row.predictSeconds.median),
  ];
}
