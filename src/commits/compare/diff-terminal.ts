// A comparison as text for terminals, at most 100 columns wide: what changed first.
import picocolors from 'picocolors';
import { oneLine } from '../../document/escape.ts';
import type { Diff, ModelDiff, Verdict } from './diff-data.ts';
import {
  CHANGE_NOTE,
  cellText,
  changedClasses,
  changedMistakes,
  changedModels,
  changeText,
  classText,
  flipsText,
  isChanged,
  isOneOfSeeds,
  LEGEND,
  MARKS,
  oneSided,
  outcomeText,
  overviewCell,
  placeText,
  remarksOf,
  restText,
  SEED_NOTE,
  sharedDifferences,
  sidesText,
  titleOf,
  valuesText,
} from './diff-text.ts';
import type { Outcome } from './outcome.ts';

/** How the text may look. */
export interface TerminalOptions {
  readonly columns: number;
  readonly colour: boolean;
}

const MOST_COLUMNS = 100;
/** The last column of a table is no narrower, and a name in the first no longer. */
const [NARROWEST, LONGEST_NAME] = [16, 32];

type Paint = ReturnType<typeof picocolors.createColors>;

/**
 * Renders a comparison.
 *
 * @param diff what changed
 * @param outcome what it comes to
 * @param options width and colour
 */
export function renderTerminal(diff: Diff, outcome: Outcome, options: TerminalOptions): string {
  const width = Math.min(MOST_COLUMNS, Math.max(40, options.columns));
  const paint = picocolors.createColors(options.colour);
  const plain = (text: string, indent = ''): string => wrap(oneLine(text), width - indent.length, indent);
  const verdictColour = [paint.green, paint.red, paint.yellow][outcome.code]!;
  const changed = changedModels(diff);
  const detailed = diff.models.filter((model) => detailsOf(model).length > 0 || remarksOf(model).length > 0);
  const differences = sharedDifferences(diff);
  const sections: (string | null)[][] = [
    [paint.bold(plain(sidesText(diff))), plain(placeText(diff)), '', verdictColour(plain(outcomeText(outcome)))],
    ...diff.cautions.map((caution) => [paint.yellow(plain(`Note: ${caution}`))]),
    ...changed.map((model) => changedSection(model, width, paint, plain)),
    [plain(restText(diff, outcome)) || null, ...oneSided(diff).map((text) => plain(text))],
    overview(diff, width, paint, plain),
    diff.models.some(isOneOfSeeds) && detailed.length > 0 ? [plain(SEED_NOTE)] : [],
    ...detailed.map((model) => [
      paint.bold(plain(`${model.name}, image by image, ${flipsText(model)}`)),
      ...[...remarksOf(model), ...detailsOf(model)].map((text) => plain(text, '  ')),
    ]),
    differences.length === 0
      ? []
      : [
          paint.bold('Besides the metrics'),
          ...differences.map(({ name, change, where }) => plain(`${name}: ${change} (${where})`, '  ')),
        ],
  ];
  return sections
    .map((lines) => lines.filter((line) => line !== null).join('\n'))
    .filter((section) => section !== '')
    .join('\n\n');
}

function changedSection(
  { name, metrics }: ModelDiff,
  width: number,
  paint: Paint,
  plain: (text: string) => string,
): string[] {
  const rows = metrics.filter(isChanged).map((change) => ({
    verdict: change.verdict,
    cells: [
      `${MARKS[change.verdict]} ${change.verdict}`,
      shortTitle(titleOf(change.metric)),
      valuesText(change),
      // The unit would push the evidence onto a second line; the note below names it.
      changeText(change).replace(' points', ''),
      change.evidence,
    ],
  }));
  const lines = columnsOf(
    rows.map(({ cells }) => cells),
    width - 2,
  );
  return [paint.bold(plain(name)), ...lines.map(({ text, row }) => colourOf(rows[row]!.verdict, paint)(`  ${text}`))];
}

function overview(diff: Diff, width: number, paint: Paint, plain: (text: string) => string): string[] {
  if (diff.models.length === 0) return [];
  const head = ['All models', ...diff.metrics.map((id) => shortTitle(titleOf(id)))];
  const rows = diff.models.map(({ name, metrics }) => [clip(oneLine(name)), ...metrics.map(overviewCell)]);
  const [first, ...lines] = columnsOf([head, ...rows], width);
  return [paint.bold(first!.text), ...lines.map(({ text }) => text), '', plain(`${LEGEND}. ${CHANGE_NOTE}`)];
}

function detailsOf(model: ModelDiff): string[] {
  return [...changedClasses(model).map(classText), ...changedMistakes(model).map(cellText)];
}

function colourOf(verdict: Verdict, paint: Paint): (text: string) => string {
  return verdict === 'worse' ? paint.red : paint.green;
}

function shortTitle(title: string): string {
  return title.replace(' error', '');
}

function clip(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

/** Lays cells out in columns, the last of which wraps, or in running text where they have no room. Lines know their row. */
function columnsOf(rows: readonly (readonly string[])[], width: number): { text: string; row: number }[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)) + 2);
  const others = widths.slice(0, -1).reduce((sum, one) => sum + one, 0);
  const last = width - others;
  if (last < Math.min(NARROWEST, widths.at(-1)! - 2)) {
    return rows.flatMap((cells, row) =>
      wrap(cells.join('  '), width)
        .split('\n')
        .map((text) => ({ text, row })),
    );
  }
  return rows.flatMap((cells, row) => {
    const start = cells
      .slice(0, -1)
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('');
    return wrap(cells.at(-1)!, last)
      .split('\n')
      .map((text, i) => ({ text: `${i === 0 ? start : ' '.repeat(others)}${text}`.trimEnd(), row }));
  });
}

/** Breaks a line at spaces, and words that are longer than a line. */
function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => one.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${indent}${one}`).join('\n');
}
