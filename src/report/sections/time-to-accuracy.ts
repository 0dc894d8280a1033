// The section Time to accuracy: when models that train in epochs reach a validation accuracy.
import { type Block, chart, note, type Section, section } from '../../document/blocks.ts';
import { duration } from '../../document/format.ts';
import { timeToAccuracyChart } from '../charts/time-to-accuracy-chart.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { modelTable } from './model-table.ts';
import { commitsNote, legend } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no model has two epochs with a validation accuracy. */
export function timeToAccuracy(comparison: Comparison): Section | null {
  const drawn = chart(
    'time-to-accuracy',
    (room) => timeToAccuracyChart(comparison, room),
    'A dot is an epoch: accuracy on the validation images against the training time until its end.',
  );
  if (!drawn) return null;
  return section(sectionId(comparison, 'time-to-accuracy'), 'Time to accuracy', [
    drawn,
    legend(false),
    timeToAccuracyTable(finishedModels(comparison)),
    note(
      'Training time, without validation, until the end of the first epoch with at least that accuracy on the validation ' +
        'images; for several seeds, of the first seed.',
    ),
    commitsNote(comparison.origin.commits),
  ]);
}

/**
 * Builds the table of training times until each whole percent, from the highest that all models reach to the highest that
 * one reaches.
 *
 * @param rows finished rows; those without validation accuracies are left out
 */
export function timeToAccuracyTable(rows: readonly FinishedRow[]): Block {
  const curves = rows.flatMap((row) => {
    const points = (row.curves[0]?.points ?? []).filter(({ validationAccuracy }) => validationAccuracy !== null);
    return points.length > 0 ? [{ row, points }] : [];
  });
  const best = curves.map(({ points }) => Math.floor(Math.max(...points.map((p) => p.validationAccuracy! * 100))));
  const [first, last] = [Math.min(...best), Math.max(...best)];
  const levels = curves.length > 0 ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [];
  return modelTable(
    levels.map((level) => `${level} %`),
    curves.map(({ row, points }) => ({
      name: row.name,
      cells: levels.map((level) => {
        const reached = points.find(({ validationAccuracy }) => validationAccuracy! * 100 >= level);
        return reached ? duration(reached.seconds) : '–';
      }),
    })),
  );
}
