// The section Scores and costs: every score and every cost of each row.
import { type Block, details, note, type Section, section } from '../../document/blocks.ts';
import { bytes, duration, fixed, integer, percent, points } from '../../document/format.ts';
import { type Comparison, finishedRows } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { modelTable } from './model-table.ts';
import { markedName, markNotes } from './row-text.ts';
import { sectionId } from './section-id.ts';

/** Describes the section; null when no row finished. */
export function scoresAndCosts(comparison: Comparison): Section | null {
  const rows = finishedRows(comparison);
  if (rows.length === 0) return null;
  return section(sectionId(comparison, 'scores'), 'Scores and costs', [
    details(
      'All scores',
      [
        scoresTable(rows),
        note('Accuracies in percent, train − test in percentage points. Calibration error: 15 bins of equal width.'),
      ],
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
  return modelTable(
    [
      'accuracy',
      '95 % interval',
      'balanced',
      'macro F1',
      'weighted F1',
      'log loss',
      'calibration error',
      'train',
      'validation',
      'train − test',
    ],
    rows.map((row) => ({
      name: row.name,
      cells: [
        percent(row.accuracy.mean),
        `${percent(row.interval[0])} to ${percent(row.interval[1])}`,
        percent(row.balancedAccuracy.mean),
        fixed(row.macroF1.mean, 4),
        fixed(row.weightedF1.mean, 4),
        fixed(row.logLoss?.mean ?? null, 4),
        fixed(row.calibrationError?.mean ?? null, 4),
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
  return modelTable(
    ['seeds', 'fits', 'accuracy', 'lowest', 'highest', 'macro F1', 'fit, median', 'fit, range'],
    rows
      .filter(({ runs }) => runs > 1)
      .map((row) => ({
        name: row.name,
        cells: [
          row.seeds.join(', '),
          String(row.runs),
          meanAndSpread(row, row.accuracy, percent),
          percent(row.accuracy.min),
          percent(row.accuracy.max),
          meanAndSpread(row, row.macroF1, (value) => fixed(value, 4)),
          duration(row.fitSeconds.median),
          `${duration(row.fitSeconds.min)} to ${duration(row.fitSeconds.max)}`,
        ],
      })),
  );
}

/** The mean of several seeds with its standard deviation; of one seed, which has no spread, the value. */
function meanAndSpread(
  { seeds }: FinishedRow,
  { mean, sd }: FinishedRow['accuracy'],
  write: (value: number | null) => string,
): string {
  return seeds.length > 1 ? `${write(mean)} ± ${write(sd)}` : write(mean);
}
