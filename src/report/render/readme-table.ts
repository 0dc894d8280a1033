// The results table of the project's own README, between its marks.
import { UserError } from '../../base/errors.ts';
import type { PublishedResult } from '../../base/published-result.ts';
import { escapeMarkdown, oneLine } from '../../document/escape.ts';
import { duration, integer } from '../../document/format.ts';
import { table } from '../../document/markdown-table.ts';
import type { ReportData } from '../model/report-data.ts';
import type { Row } from '../model/row-data.ts';
import { accuracyWithInterval } from '../sections/row-text.ts';

const START = '<!-- results:start -->';
const END = '<!-- results:end -->';

/**
 * Writes the largest comparison as one Markdown table, floor and printed results included, and a line of conditions.
 *
 * @param data a report
 * @throws UserError when the report has no comparison
 */
export function resultsTable(data: ReportData): string {
  const comparison = data.comparisons[0];
  if (!comparison) throw new UserError('no table of results: no record is of a comparison (npm run bench makes some)');
  const sources = new Map<string, number>();
  const printed = (results: readonly PublishedResult[]): string =>
    results.map((one) => `${escapeMarkdown(one.asPublished)} (${numberOf(sources, one)})`).join(', ');
  const lines = comparison.rows.map((row) => resultCells(row, printed));
  const others = comparison.otherPublished.map((one) => [
    escapeMarkdown(one.modelId ?? one.recipe),
    '',
    '',
    '',
    printed([one]),
  ]);
  const notes = Array.from(sources, ([source, number]) => `(${number}) ${source}`);
  return [
    table(
      [
        { head: 'model', align: 'left' },
        { head: 'accuracy, %', align: 'right' },
        { head: 'fit', align: 'right' },
        { head: 'predict', align: 'right' },
        { head: 'printed elsewhere', align: 'left' },
      ],
      [...lines, ...others],
    ),
    '',
    `± is half of the 95 % interval (Wilson). Predict: all ${integer(comparison.counts.test)} test images. ` +
      escapeMarkdown(comparison.headline),
    ...(notes.length > 0 ? ['', `Printed elsewhere: ${notes.join('; ')}.`] : []),
  ].join('\n');
}

/**
 * Puts a table between the marks of a Markdown file.
 *
 * @param readme the file's text
 * @param text what shall stand between the marks
 * @param file the file's name, for the error
 * @returns the text with what stood between the marks replaced
 * @throws UserError when a mark is missing, stands twice, or the end comes before the start
 */
export function replaceBetweenMarks(readme: string, text: string, file = 'README.md'): string {
  const [before, rest, ...more] = readme.split(START);
  const [, after, ...evenMore] = (rest ?? '').split(END);
  if (rest === undefined || after === undefined || more.length > 0 || evenMore.length > 0 || before!.includes(END)) {
    throw new UserError(
      `no place for the results in ${file}: it must hold "${START}" and, further down, "${END}", each once`,
    );
  }
  return `${before}${START}\n${text}\n${END}${after}`;
}

function resultCells(row: Row, printed: (results: readonly PublishedResult[]) => string): string[] {
  const name = escapeMarkdown(row.name);
  if (row.status !== 'ok') return [name, row.status, '', '', ''];
  const seeds = row.seeds.length > 1 ? ` (${row.seeds.length} seeds)` : '';
  const floor = row.kind === 'baseline' ? ', the floor' : '';
  return [
    name + floor + seeds,
    accuracyWithInterval(row),
    duration(row.fitSeconds.median),
    duration(row.predictSeconds.median),
    printed(row.published),
  ];
}

function numberOf(sources: Map<string, number>, { source, url }: PublishedResult): number {
  const text = url
    ? `[${escapeMarkdown(source)}](<${encodeURI(oneLine(url)).replaceAll('>', '%3E')}>)`
    : escapeMarkdown(source);
  const number = sources.get(text) ?? sources.size + 1;
  sources.set(text, number);
  return number;
}
