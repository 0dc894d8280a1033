// Cells and phrases that several renderings share, so that they say the same thing in the same words. Not escaped.

import {
  bytes,
  count,
  duration,
  durationRange,
  fixed,
  integer,
  milliseconds,
  NOT_AVAILABLE,
  percent,
  points,
  ratio,
} from '../../document/format.ts';
import type { PlainTable } from '../../document/table.ts';
import type { Summary } from '../../stats/summary.ts';
import type { LayerSummary } from '../../types.ts';
import {
  type Comparison,
  type Confusion,
  type FinishedRow,
  finishedRows,
  type Pair,
  type PairSide,
  type ScalingPart,
} from '../model/report-data.ts';

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
export function confusionText({ truth, predicted, count: images, share }: Confusion): string {
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

/** What stands under that table. */
export const SEVERAL_FITS =
  'Mean ± standard deviation over seeds. Everywhere else a model of several seeds stands with its mean, and one of ' +
  'several fits with the median of its times; repeats of a seed add times alone.';

/**
 * Makes the table of models that were fitted more than once.
 *
 * @param rows finished rows; those of a single fit are left out
 */
export function seedsTable(rows: readonly FinishedRow[]): ModelTable {
  return {
    head: ['seeds', 'fits', 'accuracy', 'lowest', 'highest', 'macro F1', 'fit, median', 'fit, range'],
    lines: rows
      .filter(({ runs }) => runs > 1)
      .map((row) => ({
        row,
        cells: [
          row.seeds.join(', '),
          String(row.runs),
          meanAndSpread(row, percent, ({ accuracy }) => accuracy),
          percent(row.accuracy.min),
          percent(row.accuracy.max),
          meanAndSpread(
            row,
            (value) => fixed(value, 4),
            ({ macroF1 }) => macroF1,
          ),
          duration(row.fitSeconds.median),
          `${duration(row.fitSeconds.min)} to ${duration(row.fitSeconds.max)}`,
        ],
      })),
  };
}

/** The mean of several seeds with its standard deviation; the value alone of one, which has no spread. */
function meanAndSpread(
  row: FinishedRow,
  write: (value: number | null) => string,
  of: (row: FinishedRow) => FinishedRow['accuracy'],
): string {
  const { mean, sd } = of(row);
  return row.seeds.length > 1 ? `${write(mean)} ± ${write(sd)}` : write(mean);
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

/** What is said of the tables of layers. */
export const LAYERS_NOTE =
  'Multiply-adds are those of one image in dense layers and convolutions; what is done value by value is left out.';

/**
 * Makes the table of a network's layers, with their sums in the last line.
 *
 * @param layers at least one
 */
export function layersTable(layers: readonly LayerSummary[]): PlainTable {
  const total = (key: 'parameters' | 'multiplyAdds'): string =>
    integer(layers.reduce((sum, layer) => sum + layer[key], 0));
  return {
    head: ['layer', 'output', 'parameters', 'multiply-adds'],
    names: 2,
    lines: [
      ...layers.map(({ kind, outputShape, parameters, multiplyAdds }) => [
        kind,
        outputShape.join(' × '),
        integer(parameters),
        integer(multiplyAdds),
      ]),
      ['in all', '', total('parameters'), total('multiplyAdds')],
    ],
  };
}

/** What is said below the times to accuracies. */
export const TIME_TO_ACCURACY_NOTE =
  'Seconds of training, validation passes left out, until an epoch ends at or above that accuracy on the validation ' +
  'images; of several seeds the first.';

/**
 * Makes the table of when models that learn in epochs reach each whole percent, from the last that all reach to the highest that one does.
 *
 * @param rows finished rows; those without validation accuracies are left out
 */
export function timeToAccuracyTable(rows: readonly FinishedRow[]): ModelTable {
  const curves = rows.flatMap((row) => {
    const points = (row.curves[0]?.points ?? []).filter(({ validationAccuracy }) => validationAccuracy !== null);
    return points.length > 0 ? [{ row, points }] : [];
  });
  const best = curves.map(({ points }) => Math.floor(Math.max(...points.map((p) => p.validationAccuracy! * 100))));
  const [first, last] = [Math.min(...best), Math.max(...best)];
  const levels = curves.length > 0 ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [];
  return {
    head: levels.map((level) => `${level} %`),
    lines: curves.map(({ row, points }) => ({
      row,
      cells: levels.map((level) => {
        const reached = points.find(({ validationAccuracy }) => validationAccuracy! * 100 >= level);
        return reached ? duration(reached.seconds) : '–';
      }),
    })),
  };
}

/** What is said below the printed results. */
export const PUBLISHED_NOTE =
  'Ours is the mean ± standard deviation over seeds, of a single seed the accuracy alone; the difference is ours less ' +
  'the printed, in percentage points.';

/**
 * Makes the table of results that others printed, a line a result: those beside a row of ours first.
 *
 * @param comparison any
 * @returns no lines when nothing was printed
 */
export function publishedTable(comparison: Comparison): PlainTable {
  const ours = finishedRows(comparison).flatMap((row) => row.published.map((one) => ({ one, row })));
  const all = [...ours, ...comparison.otherPublished.map((one) => ({ one, row: null }))];
  return {
    head: ['model', 'printed', 'ours, %', 'difference', 'seeds', 'recipe', 'where'],
    names: 1,
    words: 2,
    lines: all.map(({ one, row }) => [
      row?.name ?? one.modelId ?? '–',
      one.asPublished,
      row ? percent(row.accuracy.mean) + (row.seeds.length > 1 ? ` ± ${percent(row.accuracy.sd)}` : '') : '',
      row ? points(row.accuracy.mean - one.accuracy) : '',
      row ? String(row.seeds.length) : '',
      one.recipe,
      one.source,
    ]),
  };
}

/** What is said of references below the leaderboard. */
export const REFERENCE_ROWS_NOTE =
  'A reference is another project’s program that does the same as a model of ours. It is shown for comparison, takes no rank, ' +
  'and its times are of the run in which both were measured in turn.';

/** What is said of pixel maps, all models together. */
export const PIXELS_NOTE =
  'Blue is positive, orange negative, deeper larger; the maps of one model share one scale, whose deepest colour is the ' +
  '99th percentile. A weight above zero speaks for the class where the pixel is lit; an importance is never below zero.';

/** What is said below the pairs of the references. */
export const REFERENCES_NOTE =
  'Each pair was fitted in turn in one run, round after round, on the same images, with equal ' +
  'threads and equal values of the parameters that both have. ' +
  'Seconds are of fit and prediction together, median (least to most) over the rounds; ours / reference is the median of the ' +
  'ratios of each round, below 1 where ours takes less. Same answers: test images that both put in the same class.';

/** What is said below the pairs of the engines. */
export const ENGINES_NOTE =
  'Ours / library is the ratio of the seconds of fit and prediction together, below 1 where ours takes less; beside it the ' +
  'ratios of each alone. Same answers: test images that both put in the same class.';

/**
 * Makes the table of our models beside their references, a line a pair.
 *
 * @param pairs of one comparison
 */
export function referencesTable(pairs: readonly Pair[]): PlainTable {
  return {
    head: [
      'model',
      'reference',
      'ours / reference',
      'fit + predict',
      'reference’s',
      'accuracy, %',
      'reference’s',
      'same answers',
      'memory',
      'reference’s',
    ],
    names: 2,
    lines: pairs.map(({ ours, theirs, ratios, agreement }) => [
      ours.modelId,
      theirs.engine,
      ratio(ratios.sum),
      overRounds(ours.sumSeconds),
      overRounds(theirs.sumSeconds),
      percent(ours.accuracy),
      percent(theirs.accuracy),
      share(agreement),
      bytes(ours.peakRssBytes),
      bytes(theirs.peakRssBytes),
    ]),
  };
}

/** What is said below the epochs of the pairs. */
export const EPOCHS_NOTE =
  'One pass over the training images, without the first of a fit, in which both build their graphs, where there are several.';

/**
 * Makes the table of what an epoch takes in networks, a line a pair.
 *
 * @param pairs those of other models are left out
 * @returns no lines when there is no network
 */
export function epochsTable(pairs: readonly Pair[]): PlainTable {
  return {
    head: ['network', 'beside', 'ours / other', 'an epoch', 'the other’s'],
    names: 2,
    lines: pairs
      .filter(({ ratios }) => ratios.epoch !== null)
      .map(({ ours, theirs, ratios }) => [
        ours.modelId,
        theirs.engine,
        ratio(ratios.epoch),
        overRounds(ours.epochSeconds),
        overRounds(theirs.epochSeconds),
      ]),
  };
}

/**
 * Makes the table of our engines beside the libraries, a line a pair.
 *
 * @param pairs of one part
 */
export function enginesTable(pairs: readonly Pair[]): PlainTable {
  return {
    head: [
      'model',
      'library',
      'ours / library',
      'fit alone',
      'predict alone',
      'fit + predict',
      'library’s',
      'accuracy, %',
      'library’s',
      'same answers',
    ],
    names: 2,
    lines: pairs.map(({ ours, theirs, ratios, agreement }) => [
      ours.modelId,
      theirs.engine,
      ratio(ratios.sum),
      ratio(ratios.fit),
      ratio(ratios.predict),
      overRounds(ours.sumSeconds),
      overRounds(theirs.sumSeconds),
      percent(ours.accuracy),
      percent(theirs.accuracy),
      share(agreement),
    ]),
  };
}

/**
 * Says what a reader must know of pairs besides the numbers: what cannot be made equal, and which side failed and why.
 *
 * @param pairs of one part
 * @returns a model's id and a sentence each
 */
export function pairRemarks(pairs: readonly Pair[]): { readonly name: string; readonly text: string }[] {
  const failure = ({ modelId, failure: text }: PairSide) => (text === null ? [] : [{ name: modelId, text }]);
  return pairs.flatMap(({ ours, theirs, remarks }) => [
    ...remarks.map((text) => ({ name: ours.modelId, text })),
    ...failure(ours),
    ...failure(theirs),
  ]);
}

/**
 * Makes the table of seconds by size, a line a model.
 *
 * @param growth one part
 */
export function scalingTable({ sizes, lines }: ScalingPart): PlainTable {
  return {
    head: ['model', ...sizes.map(integer)],
    names: 1,
    lines: lines.map(({ modelId, points: measured }) => [
      modelId,
      ...sizes.map((size) => {
        const point = measured.find(({ images }) => images === size);
        return point ? duration(point.seconds) : '-';
      }),
    ]),
  };
}

/** The median, and the range where there is one to see. */
function overRounds(seconds: Summary | null): string {
  if (seconds === null) return NOT_AVAILABLE;
  const { median, min, max } = seconds;
  return duration(min) === duration(max) ? duration(median) : `${duration(median)} (${durationRange(min, max)})`;
}

function share(value: number | null): string {
  return value === null ? NOT_AVAILABLE : `${percent(value)} %`;
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

/** Says below the table of growing costs what was measured. */
export function scalingNote({ testImages }: ScalingPart): string {
  return `Fit and prediction of ${integer(testImages)} images together, by images fitted on; one run each, with the parameters of the comparison of engines (see Conditions).`;
}

/** Says why a model has no larger size, for those that stopped. */
export function scalingStops({ lines }: ScalingPart): { name: string; text: string }[] {
  return lines.flatMap(({ modelId, stopped }) => (stopped === null ? [] : [{ name: modelId, text: stopped }]));
}
