// The section Per-class scores: F1 and recall of each class, and a classification report of each model.
import { type Block, chart, details, interactive, type Section, section, table } from '../../document/blocks.ts';
import { fixed, integer } from '../../document/format.ts';
import { html, type Markup } from '../../document/markup.ts';
import { DEEP, depthPercent } from '../../document/matrix-depth.ts';
import { matrixTable } from '../../document/matrix-table.ts';
import { classMapChart } from '../charts/class-map-chart.ts';
import { classRecallChart } from '../charts/class-recall-chart.ts';
import { type Comparison, finishedCandidates, finishedModels } from '../model/report-data.ts';
import type { ClassAverage, FinishedRow } from '../model/row-data.ts';
import { sectionId } from './section-id.ts';

const CLASS_MAP_CAPTION =
  'F1 of each class. The depth of the colour is the fourth power of F1, so that differences of high values are visible.';

/** Describes the section; null when no model finished. */
export function perClassScores(comparison: Comparison): Section | null {
  if (finishedModels(comparison).length === 0) return null;
  return section(sectionId(comparison, 'classes'), 'Per-class scores', [
    interactive(
      () => classMap(comparison),
      [chart('classes', (room) => classMapChart(comparison, room), CLASS_MAP_CAPTION)],
    ),
    chart(
      'class-recall',
      (room) => classRecallChart(comparison, room),
      'Recall: the share of the images of each class that are classified correctly. A mark is a model; the bar reaches from ' +
        'the lowest recall to the highest.',
    ),
    ...finishedModels(comparison).map((row) =>
      details(`Precision, recall and F1 of ${row.name}`, [classificationReport(row)]),
    ),
  ]);
}

/** A page shows the heat map as a table, which fits every width. */
function classMap(comparison: Comparison): Markup {
  const { classNames } = comparison;
  const rows = finishedCandidates(comparison).map(({ name, classes }) => ({
    name,
    cells: classes.map(({ f1 }, label) => {
      const depth = (f1 ?? 0) ** 4;
      return {
        text: fixed(f1, 2).replace(/^0/, ''),
        title: `${name}, ${classNames[label]}: F1 ${fixed(f1, 4)}`,
        className: depth > DEEP ? 'good deep' : 'good',
        depth: depthPercent(depth),
      };
    }),
  }));
  return rows.length === 0 ? html`` : matrixTable(CLASS_MAP_CAPTION, classNames, rows);
}

/**
 * Builds the table of a model's classes with four digits, as scikit-learn's classification report.
 *
 * @param row a finished row
 */
export function classificationReport({ classes, averages }: FinishedRow): Block {
  const total = classes.reduce((sum, { support }) => sum + support, 0);
  const scores = ({ precision, recall, f1 }: Pick<ClassAverage, 'precision' | 'recall' | 'f1'>): string[] =>
    [precision, recall, f1].map((value) => fixed(value, 4));
  return table(
    ['class', 'precision', 'recall', 'F1', 'support'].map((head) => ({ head })),
    [
      ...classes.map((one) => [one.name, ...scores(one), integer(one.support)]),
      ...averages.map((one) => [one.name, ...scores(one), integer(total)]),
    ],
  );
}
