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
import { integer, list, pNumber, pValue } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import type { ImagePart, PairwiseTest } from '../model/image-data.ts';
import type { Comparison } from '../model/report-data.ts';
import { sectionId } from './section-id.ts';

const METHOD =
  "McNemar's exact test on the test images that only one of two models classifies correctly, p-values adjusted by Holm for " +
  'all pairs. Models with several seeds are represented by their first seed.';

/** Describes the section; null for fewer than two models. */
export function statisticalSignificance(comparison: Comparison): Section | null {
  const { images } = comparison;
  if (!images || images.pairwiseTests.length === 0) return null;
  return section(sectionId(comparison, 'significance'), 'Statistical significance', [
    paragraph(significanceFinding(images)),
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
 * Says how the models of a row and a column differ: `only row: 431, only column: 201; p < 0.0001`.
 *
 * @param test of the two
 * @param row name of the row's model
 */
export function pairwiseText({ first, onlyFirst, onlySecond, adjusted }: PairwiseTest, row: string): string {
  const [ofRow, ofColumn] = row === first ? [onlyFirst, onlySecond] : [onlySecond, onlyFirst];
  return `only row: ${ofRow}, only column: ${ofColumn}; ${pValue(adjusted)}`;
}

/**
 * Says whether models differ at all, and which pairs do not differ significantly.
 *
 * @param images of a comparison of at least two models
 */
export function significanceFinding({
  together,
  pairwiseTests,
}: Pick<ImagePart, 'together' | 'pairwiseTests'>): string {
  const { q, degrees, p } = together!;
  const evidence = `Cochran's Q = ${Number(q.toPrecision(3))}, ${degrees} degrees of freedom, ${pValue(p)}`;
  return p < SIGNIFICANCE_LEVEL
    ? `The models are not all equally accurate (${evidence}). ${pairsFinding(pairwiseTests)}`
    : `The accuracies of the models do not differ significantly (${evidence}).`;
}

function pairsFinding(pairwiseTests: readonly PairwiseTest[]): string {
  const even = pairwiseTests.filter((test) => !isSignificant(test));
  if (even.length === 0) return 'All pairs of models differ significantly.';
  const pairs = list(even.map(({ first, second }) => `${first} – ${second}`));
  return `These pairs do not differ significantly: ${pairs}. All other pairs do.`;
}

function pairwiseTable(pairwiseTests: readonly PairwiseTest[]): Block {
  return table(
    [
      { head: 'first' },
      { head: 'second', align: 'left' },
      { head: 'only first is right' },
      { head: 'only second is right' },
      { head: 'p' },
    ],
    pairwiseTests.map(({ first, second, onlyFirst, onlySecond, adjusted }) => [
      first,
      second,
      integer(onlyFirst),
      integer(onlySecond),
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
    const isBetter = (row === test.first) === test.onlyFirst > test.onlySecond;
    const [mark, className] = !isSignificant(test) ? ['≈', 'even'] : isBetter ? ['▲', 'good'] : ['▽', 'bad'];
    return html`<td class="${className}" title="${pairwiseText(test, row)}">${mark}</td>`;
  };
  return html`<div class="box" tabindex="0"><table class="pairwise pinned"><thead><tr><td class="same"></td>${names.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${names.map((row) => html`<tr><th scope="row">${row}</th>${names.map((column) => cell(row, column))}</tr>\n`)}</tbody></table></div>
<p class="faint">▲ the model of the row is better, ▽ worse, ≈ no significant difference (at ${100 * SIGNIFICANCE_LEVEL} %). Hover a cell for the number of images that only one of the two classifies correctly.</p>`;
}
