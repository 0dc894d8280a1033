// The section Confusion matrices: which classes models confuse.
import {
  type Block,
  chart,
  details,
  grid,
  interactive,
  list,
  note,
  type Section,
  section,
  table,
} from '../../document/blocks.ts';
import { confusionCaption, confusionCells } from '../../document/confusion-cells.ts';
import { count, percentage } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { jsonScript } from '../../document/page-data.ts';
import { confusionChart } from '../charts/confusion-chart.ts';
import { type Comparison, finishedCandidates } from '../model/report-data.ts';
import type { Confusion, FinishedRow } from '../model/row-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no model finished. */
export function confusionMatrices(comparison: Comparison): Section | null {
  const models = finishedCandidates(comparison);
  if (models.length === 0) return null;
  const drawn = new Set(['deep', 'traditional'].flatMap((kind) => models.find((row) => row.kind === kind) ?? []));
  return section(sectionId(comparison, 'confusions'), 'Confusion matrices', [
    note(
      'Rows are the true class, columns the predicted class. Correct predictions are blue, mistakes orange, deeper for a ' +
        'larger share of the row.',
    ),
    interactive(() => chooser(comparison, models), []),
    grid(
      models.map((row) => ({
        heading: row.name,
        blocks: [
          list(row.confusions.map(confusionText)),
          // A page has all matrices in the chooser.
          interactive(
            () => html``,
            [
              drawn.has(row)
                ? chart(`confusion-${row.slug}`, () => confusionChart(comparison, row))
                : details('Confusion matrix', [matrixTable(comparison, row)]),
            ],
          ),
        ],
      })),
      true,
    ),
  ]);
}

/**
 * Says which mistake a confusion is: `Shirt predicted as T-shirt/top 156 times (15.6 % of Shirt)`.
 *
 * @param confusion one kind of mistake
 */
export function confusionText({ truth, predicted, count: images, share }: Confusion): string {
  return `${truth} predicted as ${predicted} ${count(images)} ${images === 1 ? 'time' : 'times'} (${percentage(share, 1)} of ${truth})`;
}

/** Shows the matrix of the most accurate model; the page's script adds lists to choose any other, and differences. */
function chooser({ classNames }: Comparison, rows: readonly FinishedRow[]): Markup {
  const models = rows.map(({ name, confusion }) => ({ name, confusion: confusion.map((row) => row.map(shortNumber)) }));
  const [first] = models;
  const cells = confusionCells(first!, undefined, false, classNames);
  return html`<div class="confusion-chooser">${jsonScript({ classNames, models })}<output><div class="box" tabindex="0"><table class="matrix"><caption>${confusionCaption(first!, undefined)}</caption>
<thead><tr><td></td>${classNames.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${cells.map(
    (row, truth) =>
      html`<tr><th scope="row">${classNames[truth]!}</th>${row.map(({ text, title, className, depth }) => html`<td class="${className}" title="${title}" style="--depth:${depth}%">${text}</td>`)}</tr>\n`,
  )}</tbody></table></div></output></div>`;
}

/** Means over seeds have endless decimals; two are more than a page shows. */
function shortNumber(value: number): number {
  return Number(value.toFixed(2));
}

function matrixTable({ classNames }: Comparison, { confusion }: FinishedRow): Block {
  return table(
    [{ head: 'true \\ predicted' }, ...classNames.map((head) => ({ head }))],
    confusion.map((row, truth) => [
      classNames[truth] ?? String(truth),
      ...row.map((value) => count(Math.round(value))),
    ]),
  );
}
