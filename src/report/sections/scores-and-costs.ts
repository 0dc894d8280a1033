// The section Scores and costs: every score and every cost of each row.
import { type Block, details, note, type Section, section } from '../../document/blocks.ts';
import { bytes, duration, integer, percent, points } from '../../document/format.ts';
import { findMetric, imageMetrics } from '../../metrics/find-metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { metricHeading, metricText } from '../../metrics/metric-text.ts';
import { type Comparison, finishedRows } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { modelTable } from './model-table.ts';
import { rowValue } from './row-metric.ts';
import { markedName, markNotes } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no row finished. */
export function scoresAndCosts(comparison: Comparison): Section | null {
  const rows = finishedRows(comparison);
  if (rows.length === 0) return null;
  return section(sectionId(comparison, 'scores'), 'Scores and costs', [
    details(
      'All scores',
      [scoresTable(rows), note('Train − test is in percentage points. Calibration error: 15 bins of equal width.')],
      { isOpen: true },
    ),
    details('Times, memory and parameters', [costsTable(comparison), ...markNotes(comparison)], { isOpen: true }),
    rows.some(({ runs }) => runs > 1)
      ? details(
          'Models with several fits',
          [
            seedsTable(rows),
            note(
              'Mean ± standard deviation over seeds. Other tables show the mean over seeds, and the median of the times of ' +
                'several fits; repeats of a seed count for times only.',
            ),
          ],
          { isOpen: true },
        )
      : null,
  ]);
}

function scoresTable(rows: readonly FinishedRow[]): Block {
  const others = imageMetrics().filter(({ id }) => id !== 'accuracy');
  return modelTable(
    [
      metricHeading(findMetric('accuracy')),
      '95 % interval',
      ...others.map(metricHeading),
      'train, %',
      'validation, %',
      'train − test',
    ],
    rows.map((row) => ({
      name: row.name,
      cells: [
        percent(row.accuracy.mean),
        `${percent(row.interval[0])} to ${percent(row.interval[1])}`,
        ...others.map((metric) => metricText(metric, rowValue(row, metric))),
        percent(row.trainAccuracy),
        percent(row.validationAccuracy),
        points(row.trainAccuracy === null ? null : row.trainAccuracy - row.accuracy.mean),
      ],
    })),
  );
}

function costsTable(comparison: Comparison): Block {
  return modelTable(
    [
      'set-up',
      'first step',
      'fit',
      'evaluate',
      'predict',
      'fit + predict',
      'whole process',
      'memory',
      'device memory',
      'parameters',
    ],
    finishedRows(comparison).map((row) => ({
      name: markedName(row, comparison),
      cells: [
        duration(row.setupSeconds),
        duration(row.firstStepSeconds),
        duration(row.fitSeconds.median),
        duration(row.evaluateSeconds),
        duration(row.predictSeconds.median),
        duration(row.sumSeconds.median),
        duration(row.totalSeconds),
        bytes(row.peakRssBytes),
        bytes(row.peakDeviceBytes),
        integer(row.parameterCount),
      ],
    })),
  );
}

/** Rows of a single fit are left out. */
function seedsTable(rows: readonly FinishedRow[]): Block {
  const accuracy = findMetric('accuracy');
  const others = imageMetrics().filter(({ id, showIn }) => id !== 'accuracy' && showIn.includes('leaderboard'));
  return modelTable(
    [
      'seeds',
      'fits',
      metricHeading(accuracy),
      'lowest',
      'highest',
      ...others.map(metricHeading),
      'fit, median',
      'fit, range',
    ],
    rows
      .filter(({ runs }) => runs > 1)
      .map((row) => ({
        name: row.name,
        cells: [
          row.seeds.join(', '),
          String(row.runs),
          meanAndSpread(row, accuracy),
          percent(row.accuracy.min),
          percent(row.accuracy.max),
          ...others.map((metric) => meanAndSpread(row, metric)),
          duration(row.fitSeconds.median),
          `${duration(row.fitSeconds.min)} to ${duration(row.fitSeconds.max)}`,
        ],
      })),
  );
}

/** The mean of several seeds with its standard deviation; of one seed, which has no spread, the value. */
function meanAndSpread(row: FinishedRow, metric: Metric): string {
  const mean = metricText(metric, rowValue(row, metric));
  const summary = row.metrics[metric.id];
  return summary && row.seeds.length > 1 ? `${mean} ± ${metricText(metric, summary.sd)}` : mean;
}
