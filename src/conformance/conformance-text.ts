// What checks and their findings look like: lines of a terminal, and the table of a document.
import picocolors from 'picocolors';
import { escapeMarkdown } from '../document/escape.ts';
import { table } from '../document/markdown-table.ts';
import type { CheckResult } from './check-model.ts';
import type { Check, CheckVerdict } from './trial/check.ts';

/** Room for a check's name. */
const ID_COLUMNS = 17;

type Paint = ReturnType<typeof picocolors.createColors>;

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
  inconclusive: 'could not tell',
  'not-applicable': 'not applicable',
  'not-run': 'not run',
};

/**
 * Says what a check found. A failure also says what it means and what to do.
 *
 * @param columns width of the terminal
 * @param colour whether marks are coloured
 */
export function resultText({ check, finding }: CheckResult, columns: number, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const mark = painted(MARKS[finding.verdict], finding.verdict, paint);
  const head = `${mark} ${check.id.padEnd(ID_COLUMNS)}`;
  if (finding.verdict !== 'failed') return hanging(head, ID_COLUMNS + 2, finding.message, columns).join('\n');
  const parts = { found: `${finding.message}.`, means: check.meaning, 'to do': check.cure };
  return [
    `${mark} ${paint.bold(check.id.padEnd(ID_COLUMNS))}${check.title}: no`,
    ...Object.entries(parts).flatMap(([name, text]) => hanging(`    ${name}: `, 4 + name.length + 2, text, columns)),
  ].join('\n');
}

/** Counts the findings: `11 passed, 1 failed`. */
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
 * Writes checks as a Markdown table: what a model does, what a failure means, what to do.
 *
 * @param checks in the order of the rows
 */
export function checksTable(checks: readonly Check[]): string {
  const columns = ['check', 'a model', 'a failure means', 'what to do'].map((head) => ({
    head,
    align: 'left' as const,
  }));
  return table(
    columns,
    checks.map(({ id, title, meaning, cure }) => [`\`${id}\``, ...[title, meaning, cure].map(escapeMarkdown)]),
  );
}

function painted(mark: string, verdict: CheckVerdict, paint: Paint): string {
  if (verdict === 'passed') return paint.green(mark);
  return verdict === 'failed' ? paint.red(mark) : paint.yellow(mark);
}

/** Puts a text behind a head, so that all its lines stand below each other. */
function hanging(head: string, width: number, text: string, columns: number): string[] {
  return wrap(text, columns - width).map((line, i) => `${i === 0 ? head : ' '.repeat(width)}${line}`);
}

/** Breaks a text between words; a word longer than a line stays whole. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
