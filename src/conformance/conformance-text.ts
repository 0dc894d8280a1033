// Check results as lines for a terminal, and the list of checks as a table for a document.
import { oneLine } from '../document/escape.ts';
import { tableToMarkdown } from '../document/markdown-table.ts';
import { type Colours, createColours } from '../document/terminal-text.ts';
import { wrapText } from '../document/wrap-text.ts';
import { markedSource, placeText } from '../run/error-place.ts';
import type { CheckResult } from './check-model.ts';
import type { Check, CheckVerdict } from './trial/check.ts';

/** Width of the column of check ids. */
const ID_COLUMNS = 17;

const MARKS: Readonly<Record<CheckVerdict, string>> = {
  passed: '✓',
  failed: '✗',
  inconclusive: '?',
  'not-applicable': '-',
  'not-run': '-',
};
const COUNTED: Readonly<Record<CheckVerdict, string>> = {
  passed: 'passed',
  failed: 'failed',
  inconclusive: 'inconclusive',
  'not-applicable': 'not applicable',
  'not-run': 'not run',
};

/**
 * Writes the result of a check. The text of a failure also contains the requirement, the line of the model at which it
 * failed, what the failure means and the cure.
 *
 * @param columns width of the terminal
 * @param colour whether marks are coloured
 * @param isWhole whether to show the whole stack of an error
 */
export function resultText({ check, finding }: CheckResult, columns: number, colour: boolean, isWhole = false): string {
  const paint = createColours(colour);
  const mark = painted(MARKS[finding.verdict], finding.verdict, paint);
  const id = check.id.padEnd(ID_COLUMNS);
  if (finding.verdict !== 'failed') return hanging(`${mark} ${id}`, ID_COLUMNS + 2, finding.message, columns);
  const { message, place, stack } = finding;
  const parts = {
    expected: `the model ${check.title}.`,
    found: `${message}.`,
    ...(place && { at: placeText(place) }),
    meaning: check.meaning,
    cure: check.cure,
  };
  return [
    `${mark} ${paint.bold(id)}failed`,
    ...Object.entries(parts).map(([name, text]) => {
      const head = `    ${name}: `;
      const lines = hanging(head, head.length, text, columns);
      return name === 'at' && place ? `${lines}\n${indented(markedSource(place))}` : lines;
    }),
    ...(isWhole && stack !== undefined ? [indented(stack)] : []),
  ].join('\n');
}

/** Counts the findings by verdict: `11 passed, 1 failed`. */
export function countsText(results: readonly CheckResult[]): string {
  const verdicts = Object.keys(COUNTED) as CheckVerdict[];
  const counts = verdicts.map((verdict) => ({
    verdict,
    count: results.filter(({ finding }) => finding.verdict === verdict).length,
  }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${COUNTED[verdict]}`)
    .join(', ');
}

/**
 * Writes checks as a Markdown table: id, requirement, meaning of a failure, cure.
 *
 * @param checks in the order of the rows
 */
export function checksTable(checks: readonly Check[]): string {
  const columns = ['check', 'the model', 'a failure means', 'cure'].map((head) => ({ head, align: 'left' as const }));
  const rows = checks.map(({ id, title, meaning, cure }) => [{ text: [{ code: id }] }, title, meaning, cure]);
  return tableToMarkdown({ columns, rows });
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}

function painted(mark: string, verdict: CheckVerdict, paint: Colours): string {
  if (verdict === 'passed') return paint.green(mark);
  return verdict === 'failed' ? paint.red(mark) : paint.yellow(mark);
}

/** Writes a text after a head whose visible width is given, and indents the other lines by this width. */
function hanging(head: string, width: number, text: string, columns: number): string {
  const [first, ...others] = wrapText(oneLine(text), columns - width).split('\n');
  return [`${head}${first}`, ...others.map((line) => `${' '.repeat(width)}${line}`)].join('\n');
}
