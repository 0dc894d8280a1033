// Cells and phrases that several renderings share, so that they say the same thing in the same words. Not escaped.
import { bytes, count, duration, fixed, integer, milliseconds, percent, points } from './format.ts';
import type { Confusion, FinishedRow } from './types.ts';

/**
 * Writes a row's accuracy with half the width of its 95 % interval: `91.23 ± 0.55`, both in percent.
 *
 * @param row a finished row
 */
export function accuracyWithInterval({ accuracy, interval }: FinishedRow): string {
  return `${percent(accuracy.mean)} ± ${percent((interval[1] - interval[0]) / 2)}`;
}

/**
 * Says in words what a confusion is: `Shirt taken for T-shirt/top 156 times (15.6 % of Shirt)`.
 *
 * @param confusion one kind of mistake
 */
export function confusionInWords({ truth, predicted, count: images, share }: Confusion): string {
  return `${truth} taken for ${predicted} ${count(images)} ${images === 1 ? 'time' : 'times'} (${percent(share, 1)} % of ${truth})`;
}

/** Family names short enough for a table. */
const FAMILIES: Readonly<Record<string, string>> = {
  baseline: 'floor',
  'logistic-regression': 'linear',
  svm: 'SVM',
  'random-forest': 'forest',
  'gradient-boosting': 'boosting',
  knn: 'neighbours',
  'naive-bayes': 'Bayes',
  'nearest-centroid': 'centroid',
  mlp: 'MLP',
  cnn: 'CNN',
  resnet: 'ResNet',
};

/**
 * Shortens the name of a family.
 *
 * @param family as in records; an unknown one stays as it is
 */
export function familyName(family: string): string {
  return Object.hasOwn(FAMILIES, family) ? FAMILIES[family]! : family;
}

/** One table of numbers, a line a model; cells are texts, not escaped. */
export interface ModelTable {
  readonly head: readonly string[];
  readonly lines: readonly { readonly row: FinishedRow; readonly cells: readonly string[] }[];
}

/**
 * Makes the table of all scores, training beside test.
 *
 * @param rows finished rows
 */
export function scoresTable(rows: readonly FinishedRow[]): ModelTable {
  return {
    head: [
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
    lines: rows.map((row) => ({
      row,
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
  };
}

/**
 * Makes the table of where the time and the memory went.
 *
 * @param rows finished rows
 */
export function costsTable(rows: readonly FinishedRow[]): ModelTable {
  return {
    head: [
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
    lines: rows.map((row) => ({
      row,
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
  };
}

/**
 * Makes the table of models that were fitted with several seeds.
 *
 * @param rows finished rows; those of a single seed are left out
 */
export function seedsTable(rows: readonly FinishedRow[]): ModelTable {
  return {
    head: ['seeds', 'accuracy', 'lowest', 'highest', 'macro F1', 'fit, median', 'fit, range'],
    lines: rows
      .filter(({ seeds }) => seeds.length > 1)
      .map((row) => ({
        row,
        cells: [
          row.seeds.join(', '),
          `${percent(row.accuracy.mean)} ± ${percent(row.accuracy.sd)}`,
          percent(row.accuracy.min),
          percent(row.accuracy.max),
          `${fixed(row.macroF1.mean, 4)} ± ${fixed(row.macroF1.sd, 4)}`,
          duration(row.fitSeconds.median),
          `${duration(row.fitSeconds.min)} to ${duration(row.fitSeconds.max)}`,
        ],
      })),
  };
}

/**
 * Makes the table of prediction latencies, a line for each model and batch size.
 *
 * @param rows finished rows; those without latencies are left out
 */
export function latencyTable(rows: readonly FinishedRow[]): ModelTable {
  return {
    head: ['images a call', 'median', 'p99', 'mean', 'least', 'images a second', 'calls'],
    lines: rows.flatMap((row) =>
      row.latency.map((one) => ({
        row,
        cells: [
          integer(one.batch),
          milliseconds(one.medianMs),
          milliseconds(one.p99Ms),
          milliseconds(one.meanMs),
          milliseconds(one.minMs),
          integer(one.imagesPerSecond),
          integer(one.samples),
        ],
      })),
    ),
  };
}

/**
 * Makes a model's classification report: four digits, as scikit-learn prints it.
 *
 * @param row a finished row
 * @returns lines of name, precision, recall, F1 and support
 */
export function classLines(row: FinishedRow): string[][] {
  const total = row.classes.reduce((sum, { support }) => sum + support, 0);
  return [
    ...row.classes.map((one) => [one.name, ...scores(one), integer(one.support)]),
    ...row.averages.map((one) => [one.name, ...scores(one), integer(total)]),
  ];
}

function scores({
  precision,
  recall,
  f1,
}: {
  precision: number | null;
  recall: number | null;
  f1: number | null;
}): string[] {
  return [precision, recall, f1].map((value) => fixed(value, 4));
}
