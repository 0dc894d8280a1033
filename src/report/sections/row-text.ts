// How rows are written in tables: names with their marks, accuracies, families, symbols of kinds.
import { type Block, interactive, note } from '../../document/blocks.ts';
import { integer, list, percent } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { shortCommit } from '../../git/short-commit.ts';
import type { Comparison } from '../model/report-data.ts';
import type { FinishedRow, Row } from '../model/row-data.ts';

/** Next to the name of a row that older code of the model made. */
const EARLIER_VERSION = '†';
/** Next to the name of a row that was measured at another commit than most models. */
const OTHER_COMMIT = '‡';
/** Next to the name of a row whose numbers are doubtful. */
const DOUBTFUL = '§';

/**
 * Writes a row's accuracy with half the width of its 95 % interval: `91.23 ± 0.55`, both in percent.
 *
 * @param row a finished row
 */
export function accuracyWithInterval({ accuracy, interval }: FinishedRow): string {
  return `${percent(accuracy.mean)} ± ${percent((interval[1] - interval[0]) / 2)}`;
}

/**
 * Writes the name of a row with its marks: `knn †`.
 *
 * @param row any row
 * @param comparison the row's comparison
 * @param name by default the row's
 */
export function markedName(row: Row, comparison: Comparison, name = row.name): string {
  const marks = [
    ...(row.isCurrent ? [] : [EARLIER_VERSION]),
    ...(isOfOtherCommit(row, comparison) ? [OTHER_COMMIT] : []),
    ...(row.cautions.length > 0 ? [DOUBTFUL] : []),
  ].join('');
  return marks === '' ? name : `${name} ${marks}`;
}

/**
 * Explains the marks that occur in a comparison.
 *
 * @param comparison any comparison
 * @returns nothing where all rows are current, of one commit, not doubtful, and compiled if they asked for it
 */
export function markNotes(comparison: Comparison): Block[] {
  const { rows, origin, mainCommit } = comparison;
  const notes: Block[] = [];
  if (rows.some(({ isCurrent }) => !isCurrent)) {
    notes.push(
      note(
        `${EARLIER_VERSION} Measured at an earlier version: the code of the model has changed since, and a new run may give other numbers.`,
      ),
    );
  }
  if (rows.some((row) => isOfOtherCommit(row, comparison))) {
    notes.push(
      note(
        `${OTHER_COMMIT} Measured at another commit than most models (${shortCommit(mainCommit!)}). This table has times of ` +
          `${integer(origin.commits)} commits: a difference in time may come from the run and not from the model.`,
      ),
    );
  }
  for (const row of rows) {
    const why = row.status === 'ok' ? row.notes['notCompiled'] : undefined;
    if (why !== undefined) notes.push(note(`${row.name} was trained operation by operation, not compiled: ${why}.`));
  }
  for (const { name, cautions } of rows) {
    notes.push(...cautions.map((text) => note(`${DOUBTFUL} ${name}: ${text}`)));
  }
  return notes;
}

/**
 * Says that times of one chart or table were measured at several commits.
 *
 * @param commits how many
 * @returns null for one
 */
export function commitsNote(commits: number): Block | null {
  return commits < 2
    ? null
    : note(`Times of ${integer(commits)} commits: a difference in time may come from the run and not from the model.`);
}

function isOfOtherCommit({ commits }: Row, { mainCommit }: Comparison): boolean {
  return commits.some((commit) => commit !== mainCommit);
}

/**
 * Warns where rows differ in what decides their times.
 *
 * @param comparison any comparison
 * @returns null where they do not
 */
export function timingWarning({ differences }: Comparison): string | null {
  const names = differences.map(({ name }) => name).filter((name) => name === 'device' || name === 'threads');
  return names.length === 0
    ? null
    : `Times cannot be compared directly: the rows differ in ${list(names)} (see Conditions).`;
}

/** Titles of the families that this project knows, short enough for a table. */
const FAMILIES: Readonly<Record<string, string>> = {
  baseline: 'Baseline',
  'logistic-regression': 'Linear',
  svm: 'SVM',
  'random-forest': 'Forest',
  'gradient-boosting': 'Boosting',
  knn: 'Neighbours',
  'naive-bayes': 'Bayes',
  'nearest-centroid': 'Centroid',
  mlp: 'MLP',
  cnn: 'CNN',
  resnet: 'ResNet',
};

/**
 * Gives the title of a family: that of a known one, else its text as a title (`decision-tree` becomes `Decision tree`).
 *
 * @param family as in records
 */
export function familyName(family: string): string {
  if (Object.hasOwn(FAMILIES, family)) return FAMILIES[family]!;
  const text = family.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Draws the symbol of a kind of model, the same as in charts. */
export function kindSymbol(kind: Row['kind']): Markup {
  return html`<span class="${kind}" aria-hidden="true">${{ deep: '●', traditional: '■', baseline: '×' }[kind]}</span>\u00a0`;
}

/** Explains the symbols on a page. */
export function legend(hasBaseline: boolean): Block {
  const kinds = hasBaseline ? (['deep', 'traditional', 'baseline'] as const) : (['deep', 'traditional'] as const);
  return interactive(
    () => html`<ul class="legend">${kinds.map((kind) => html`<li>${kindSymbol(kind)}${kind}</li>`)}</ul>`,
    [],
  );
}
