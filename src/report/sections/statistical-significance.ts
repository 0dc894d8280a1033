// The section Statistical significance: which models differ significantly in accuracy.
import {
  type Block,
  details,
  interactive,
  note,
  paragraph,
  type Section,
  section,
  table,
} from '../../document/blocks.ts';
import { counted, list, pNumber, points, pValue } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import type { PairwiseTest } from '../model/image-data.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

const METHOD =
  'A t test of the difference of mean accuracies, in which seeds and test images are both chance. p-values are adjusted for ' +
  'all pairs (Holm). For a model with one seed, where no other fit shows how much seeds matter, only the test images count.';

/** More pairs than these are only counted: the table names them. */
const MOST_NAMED = 3;

/** Describes the section; null for fewer than two models. */
export function statisticalSignificance(comparison: Comparison): Section | null {
  const { images } = comparison;
  if (!images || images.pairwiseTests.length === 0) return null;
  return section(sectionId(comparison, 'significance'), 'Statistical significance', [
    paragraph(significanceFinding(images.pairwiseTests)),
    interactive(
      () => pairwiseGrid(images.pairwiseTests),
      [details('Every pair', [pairwiseTable(images.pairwiseTests)])],
    ),
    note(METHOD),
  ]);
}

/**
 * Tells whether two models differ significantly.
 *
 * @param test of the two
 */
export function isSignificant({ adjusted }: PairwiseTest): boolean {
  return adjusted < SIGNIFICANCE_LEVEL;
}

/**
 * Says how the models of a row and a column differ: `+1.18 points (0.52 to 1.84), p = 0.0004`.
 *
 * @param test of the two
 * @param row name of the row's model
 */
export function pairwiseText(test: PairwiseTest, row: string): string {
  const sign = row === test.first ? 1 : -1;
  const [low, high] = test.interval.map((end) => sign * end).sort((a, b) => a - b) as [number, number];
  return `${points(sign * test.difference)} points (${points(low)} to ${points(high)}), ${pValue(test.adjusted)}`;
}

/**
 * Says how many pairs of models do not differ significantly, and names them if they are few.
 *
 * @param pairwiseTests of all pairs, at least one
 */
export function significanceFinding(pairwiseTests: readonly PairwiseTest[]): string {
  const even = pairwiseTests.filter((test) => !isSignificant(test));
  if (even.length === 0) return 'All pairs of models differ significantly in accuracy.';
  if (even.length === pairwiseTests.length) return 'No two models differ significantly in accuracy.';
  const named = even.map(({ first, second }) => `${first} – ${second}`);
  const which = even.length > MOST_NAMED ? '' : `: ${list(named)}`;
  const verb = even.length === 1 ? 'does' : 'do';
  const all = counted(pairwiseTests.length, 'pair');
  return `Of ${all} of models, ${even.length} ${verb} not differ significantly in accuracy${which}.`;
}

function pairwiseTable(pairwiseTests: readonly PairwiseTest[]): Block {
  return table(
    [
      { head: 'first' },
      { head: 'second', align: 'left' },
      { head: 'first − second, points' },
      { head: '95 % interval' },
      { head: 'p' },
    ],
    pairwiseTests.map(({ first, second, difference, interval, adjusted }) => [
      first,
      second,
      points(difference),
      `${points(interval[0])} to ${points(interval[1])}`,
      pNumber(adjusted),
    ]),
  );
}

function pairwiseGrid(pairwiseTests: readonly PairwiseTest[]): Markup {
  const names = [...new Set(pairwiseTests.flatMap(({ first, second }) => [first, second]))];
  const cell = (row: string, column: string): Markup => {
    if (row === column) return html`<td class="same"></td>`;
    const test = pairwiseTests.find(
      ({ first, second }) => (first === row && second === column) || (first === column && second === row),
    )!;
    const isBetter = (row === test.first) === test.difference > 0;
    const [mark, className] = !isSignificant(test) ? ['≈', 'even'] : isBetter ? ['▲', 'good'] : ['▽', 'bad'];
    return html`<td class="${className}" title="${pairwiseText(test, row)}">${mark}</td>`;
  };
  return html`<div class="box" tabindex="0"><table class="pairwise pinned"><thead><tr><td class="same"></td>${names.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${names.map((row) => html`<tr><th scope="row">${row}</th>${names.map((column) => cell(row, column))}</tr>\n`)}</tbody></table></div>
<p class="faint">▲ the model of the row is better, ▽ worse, ≈ no significant difference (at ${100 * SIGNIFICANCE_LEVEL} %). Hover a cell for the difference and its interval.</p>`;
}
