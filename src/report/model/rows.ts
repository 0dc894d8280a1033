// Makes the rows of a comparison: all fits of one model with the same parameters are one row.

import { groupBy } from '../../base/group-by.ts';
import type { PublishedResult } from '../../base/published-result.ts';
import { slug } from '../../document/escape.ts';
import { allMetrics } from '../../metrics/all-metrics.ts';
import { macroAverage, weightedAverage } from '../../metrics/average.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { metricValue } from '../../metrics/metric-value.ts';
import type { SeedVariances } from '../../metrics/seed-variance.ts';
import { differingParams } from '../../results/params.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../../results/schema.ts';
import { oneOfEachSeed, unsteadySeeds } from '../../results/select.ts';
import { meanInterval } from '../../stats/mean-interval.ts';
import { type Summary, summarize } from '../../stats/summary.ts';
import type { ClassAverage, ClassScore, Confusion, FailedRow, FinishedRow, Row } from './row-data.ts';
import { fitKey, shownFits } from './shown-fits.ts';

const ACCURACY = findMetric('accuracy');
/** How many kinds of mistake a row names. */
const CONFUSIONS_SHOWN = 5;

/** What rows need besides the records. */
export interface RowOptions {
  /** Published results for this data set. */
  readonly published: readonly PublishedResult[];
  /** Tells whether the checked-out code of the model made a record. */
  readonly isCurrent: (record: FitRecord) => boolean;
  /** How much each model varies from seed to seed. */
  readonly seedVariances: SeedVariances;
}

/** The rows of a comparison. */
export interface Rows {
  readonly rows: readonly Row[];
  /** The records that the rows stand for. */
  readonly kept: readonly FitRecord[];
  /** A sentence for each set of records that was left out, and for each row whose fits do not agree. */
  readonly cautions: readonly string[];
  /** One record of each seed of each finished row, by the row's slug. */
  readonly seedRecords: ReadonlyMap<string, readonly FinishedRecord[]>;
}

/**
 * Makes the rows of one comparison: finished ones by mean accuracy, then those without a finished seed.
 *
 * @param records of one benchmark, split and machine
 * @param options published results, which records are current
 */
export function makeRows(records: readonly FitRecord[], options: RowOptions): Rows {
  const { kept, cautions } = shownFits(records);
  const seedRecords = new Map<string, readonly FinishedRecord[]>();
  const groups = [...groupBy(kept, fitKey).values()].sort(byModelThenParams).flatMap(byDevice);
  const taken = new Set<string>();
  const rows = groups.map((group) => {
    const bySeed = group.toSorted((a, b) => a.seed - b.seed || a.repeat - b.repeat);
    const siblings = groups.filter((other) => other[0]!.model.id === group[0]!.model.id);
    const finished = bySeed.filter(isFinished);
    const name = nameOf(finished[0] ?? bySeed[0]!, siblings);
    const rowSlug = slug(name, taken);
    if (finished.length > 0) seedRecords.set(rowSlug, oneOfEachSeed(finished));
    if (unsteadySeeds(finished).length > 0)
      cautions.push(`${name}: fits of the same seed do not predict the same labels.`);
    const base = { ...baseOf(name, rowSlug, bySeed), isCurrent: bySeed.every(options.isCurrent) };
    return finished.length > 0 ? finishedRow(base, finished, options) : failedRow(base, bySeed);
  });
  const ranked = rows
    .filter((row) => row.status === 'ok')
    .sort((a, b) => b.accuracy.mean - a.accuracy.mean)
    .map((row, _, all) => ({ ...row, rank: rankOf(row, all) }));
  return { rows: [...ranked, ...rows.filter((row) => row.status !== 'ok')], kept, cautions, seedRecords };
}

/** Gives 1 plus the number of models that are more accurate. */
function rankOf(row: Omit<FinishedRow, 'rank'>, all: readonly Omit<FinishedRow, 'rank'>[]): number | null {
  if (row.role === 'reference') return null;
  return 1 + all.filter(({ role, accuracy }) => role === 'model' && accuracy.mean > row.accuracy.mean).length;
}

/**
 * Splits the fits of one model by device: only seeds are averaged. A fit that failed may not know its device yet; it stays
 * with the first.
 */
function byDevice(group: readonly FitRecord[]): FitRecord[][] {
  const devices = [...groupBy(group.filter(isFinished), deviceOf).keys()];
  return devices.length < 2
    ? [[...group]]
    : devices.map((device, i) =>
        group.filter((record) => (isFinished(record) ? deviceOf(record) === device : i === 0)),
      );
}

function deviceOf({ software }: FitRecord): string {
  return software.engine.device;
}

function byModelThenParams(a: readonly FitRecord[], b: readonly FitRecord[]): number {
  return fitKey(a[0]!) < fitKey(b[0]!) ? -1 : 1;
}

/** The id, whether it is a reference, and where several rows share the id, the parameters and the device that differ. */
function nameOf(record: FitRecord, siblings: readonly (readonly FitRecord[])[]): string {
  const { id, role } = record.model;
  const others = siblings.map((group) => group[0]!);
  const differing = differingParams(record, others);
  const devices = new Set(siblings.flatMap((group) => group.filter(isFinished).map(deviceOf)));
  if (devices.size > 1) differing.push(deviceOf(record));
  if (role === 'reference') differing.push('reference');
  return differing.length === 0 ? id : `${id} (${differing.join(', ')})`;
}

type RowBase = ReturnType<typeof baseOf> & { readonly isCurrent: boolean };

function failedRow(base: RowBase, records: readonly FitRecord[]): FailedRow {
  const last = records.filter((record) => !isFinished(record)).at(-1)!;
  return { ...base, status: last.status };
}

function baseOf(name: string, rowSlug: string, records: readonly FitRecord[]) {
  const { model, software } = records[0]!;
  return {
    slug: rowSlug,
    name,
    modelId: model.id,
    family: model.family,
    kind: model.kind,
    role: model.role,
    engine: model.engine,
    device: (records.find(isFinished)?.software ?? software).engine.device,
    summary: model.summary,
    source: model.source,
    params: usedParams(records.find(isFinished)?.model ?? model),
    seeds: [...new Set(records.filter(isFinished).map(({ seed }) => seed))],
    runs: records.filter(isFinished).length,
    commands: [...new Set(records.map(({ command }) => command))],
    commits: [...new Set(records.flatMap(({ git }) => git?.commit ?? []))],
    cautions: records.flatMap(({ seed, cautions }) =>
      cautions.map((text) => (records.length > 1 ? `seed ${seed}: ${text}` : text)),
    ),
    unfinishedCurves: records.flatMap((record) =>
      isFinished(record) || !record.timing.curve ? [] : { seed: record.seed, points: record.timing.curve },
    ),
    failures: records
      .filter((record) => !isFinished(record))
      .map(({ seed, status, error, timing }) => ({
        seed,
        status,
        kind: error.kind,
        message: error.message,
        afterSeconds: timing.totalSeconds,
      })),
  };
}

/** The parameters, with `compiled` as it came out: a network that cannot be compiled is trained all the same. */
function usedParams({ params, notes }: FitRecord['model']): FitRecord['model']['params'] {
  const { compiled } = notes;
  return 'compiled' in params && typeof compiled === 'boolean' ? { ...params, compiled } : params;
}

function finishedRow(
  base: RowBase,
  finished: readonly FinishedRecord[],
  { published, seedVariances }: RowOptions,
): Omit<FinishedRow, 'rank'> {
  const first = finished[0]!;
  // Repeats of a seed add times only.
  const each = oneOfEachSeed(finished);
  const over = (value: (record: FinishedRecord) => number): Summary => summarize(each.map(value));
  const overRuns = (value: (record: FinishedRecord) => number): Summary => summarize(finished.map(value));
  const maybeOver = (value: (record: FinishedRecord) => number | null): Summary | null => {
    const values = each.map(value).filter((number) => number !== null);
    return values.length > 0 ? summarize(values) : null;
  };
  const accuracy = over(({ metrics }) => metrics.accuracy);
  const confusion = meanMatrix(each.map(({ metrics }) => metrics.confusion));
  const classes = meanClasses(each);
  return {
    ...base,
    status: 'ok',
    accuracy,
    interval: meanInterval(
      each.map(({ metrics }) => metrics.accuracy),
      first.dataset.test,
      seedVariances(first.model.id, ACCURACY),
    ),
    metrics: Object.fromEntries(
      allMetrics.map((metric) => [metric.id, summaryOf(metric, metric.test === 'images' ? each : finished)]),
    ),
    trainAccuracy: maybeOver(({ metrics }) => metrics.train.accuracy)?.mean ?? null,
    validationAccuracy: maybeOver(({ metrics }) => metrics.validation.accuracy)?.mean ?? null,
    fitSeconds: overRuns(({ timing }) => timing.trainSeconds),
    predictSeconds: overRuns(({ timing }) => timing.predictSeconds),
    sumSeconds: overRuns(({ timing }) => timing.trainSeconds + timing.predictSeconds),
    setupSeconds: overRuns(({ timing }) => timing.setupSeconds).median,
    firstStepSeconds: maybeOver(({ timing }) => timing.firstStepSeconds)?.median ?? null,
    evaluateSeconds: overRuns(({ timing }) => timing.evaluateSeconds).median,
    totalSeconds: overRuns(({ timing }) => timing.totalSeconds).median,
    peakRssBytes: maybeOver(({ resources }) => resources.peakRssBytes)?.max ?? null,
    peakDeviceBytes: maybeOver(({ resources }) => resources.peakDeviceBytes)?.max ?? null,
    parameterCount: first.model.parameterCount,
    notes: first.model.notes,
    classes,
    averages: averagesOf(classes),
    confusion,
    confusions: largestConfusions(confusion, first.dataset.classNames),
    curves: each
      .filter(({ timing }) => timing.curve.length > 0)
      .map(({ seed, timing }) => ({ seed, points: timing.curve })),
    latency: finished.find(({ latency }) => latency.length > 0)?.latency ?? [],
    layers: first.layers ?? [],
    pixelMaps: first.pixelMaps ?? [],
    published: published.filter(({ modelId }) => modelId === first.model.id),
  };
}

/** Summarizes a metric over the fits that have a value. */
function summaryOf(metric: Metric, records: readonly FinishedRecord[]): Summary | null {
  const values = records.map((record) => metricValue(metric, record)).filter((value) => value !== null);
  return values.length > 0 ? summarize(values) : null;
}

function meanMatrix(matrices: readonly (readonly (readonly number[])[])[]): number[][] {
  return matrices[0]!.map((row, i) =>
    row.map((_, j) => matrices.reduce((sum, matrix) => sum + matrix[i]![j]!, 0) / matrices.length),
  );
}

function meanClasses(finished: readonly FinishedRecord[]): ClassScore[] {
  const { metrics, dataset } = finished[0]!;
  return metrics.perClass.map(({ label, support }) => {
    const mean = (key: 'precision' | 'recall' | 'f1'): number | null =>
      macroAverage(finished.map((record) => record.metrics.perClass[label]![key]));
    return {
      name: dataset.classNames[label] ?? String(label),
      precision: mean('precision'),
      recall: mean('recall'),
      f1: mean('f1'),
      support,
    };
  });
}

function averagesOf(classes: readonly ClassScore[]): ClassAverage[] {
  const support = classes.map((score) => score.support);
  const average = (name: ClassAverage['name'], mean: (values: (number | null)[]) => number | null): ClassAverage => ({
    name,
    precision: mean(classes.map(({ precision }) => precision)),
    recall: mean(classes.map(({ recall }) => recall)),
    f1: mean(classes.map(({ f1 }) => f1)),
  });
  return [
    average('macro average', macroAverage),
    average('weighted average', (values) => weightedAverage(values, support)),
  ];
}

function largestConfusions(confusion: readonly (readonly number[])[], classNames: readonly string[]): Confusion[] {
  return confusion
    .flatMap((row, truth) => {
      const support = row.reduce((sum, value) => sum + value, 0);
      return row.map((value, predicted) => ({
        truth: classNames[truth] ?? String(truth),
        predicted: classNames[predicted] ?? String(predicted),
        count: truth === predicted ? 0 : value,
        share: support === 0 ? 0 : value / support,
      }));
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, CONFUSIONS_SHOWN);
}
