// The section Per-class scores: F1 and recall of each class, and a classification report of each model.
import { type Block, chart, details, type Section, section, table } from '../../document/blocks.ts';
import { fixed, integer } from '../../document/format.ts';
import { classMapChart } from '../charts/class-map-chart.ts';
import { classRecallChart } from '../charts/class-recall-chart.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import type { ClassAverage, FinishedRow } from '../model/row-data.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no model finished. */
export function perClassScores(comparison: Comparison): Section | null {
  return section(sectionId(comparison, 'classes'), 'Per-class scores', [
    chart(
      'classes',
      (room) => classMapChart(comparison, room),
      'F1 of each class. The depth of the colour is the fourth power of F1 on the fixed scale 0 to 1.',
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
