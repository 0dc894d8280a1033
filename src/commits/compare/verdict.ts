// The verdict on one metric of one model: the evidence, and what follows from it.
import { counted } from '../../document/format.ts';
import { scoredFit } from '../../metrics/influence.ts';
import type { ImageMetric, MeasuredMetric, Metric } from '../../metrics/metric.ts';
import { metricDifference, metricText } from '../../metrics/metric-text.ts';
import { metricValue } from '../../metrics/metric-value.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import { oneOfEachSeed } from '../../results/select.ts';
import { compareFits, type SeedVariance } from '../../stats/compare-fits.ts';
import { countFlips } from '../../stats/mcnemar.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import { quantile } from '../../stats/summary.ts';
import { welchTest } from '../../stats/welch.ts';
import type { PairedLabels } from './classes.ts';
import type { Verdict } from './diff-data.ts';

/** The fewest runs, before and after, for a verdict on times and memory. */
export const MIN_RUNS = 5;

/** What is known about a change. */
export interface Evidence {
  readonly before: number | null;
  readonly after: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** 95 % interval of the ratio of geometric means; absent for scores and without a test. */
  readonly ratioInterval?: readonly [low: number, high: number];
  /** Not adjusted; null where the interval alone decides, or where there is no test. */
  readonly p: number | null;
  /** The evidence without the p-value: `fixed 61, broke 44`. */
  readonly text: string;
  /** The smallest difference that matters, in the metric's unit, whatever the ratio; 0 where it is absent. */
  readonly least?: number | undefined;
  /** A verdict without a test: predictions are equal, the metric was not measured, or conditions differ. */
  readonly settled?: Verdict;
}

/** The finished fits of one model, one of each seed. */
export interface SeedFits {
  readonly before: readonly FinishedRecord[];
  readonly after: readonly FinishedRecord[];
}

/**
 * Gathers the evidence of a metric that is tested on images.
 *
 * @param metric one metric
 * @param fits at least one before and one after, with predictions of the same test images
 * @param labels predictions of one fit before and one after; null where the truth is not known
 * @param known how much the metric varies from seed to seed; null if nothing is known
 */
export function imageEvidence(
  metric: ImageMetric,
  { before, after }: SeedFits,
  labels: PairedLabels | null,
  known: SeedVariance | null,
): Evidence {
  const [one, other] = [meanOf(metric, before), meanOf(metric, after)];
  if (one === null || other === null) return unmeasured('no value before or after');
  const values = { before: one, after: other };
  const equal = equalFits(metric, { before, after });
  if (equal) {
    const value = meanOf(metric, equal);
    return { before: value, after: value, interval: [0, 0], p: null, text: 'the same predictions', settled: 'same' };
  }
  if (!labels) return { ...values, interval: null, p: null, text: 'no test without the test images' };
  const scores = [before, after].map((records) =>
    records.flatMap((record) => scoredFit(metric, record, labels.truth) ?? []),
  );
  if (scores[0]!.length < before.length || scores[1]!.length < after.length) {
    return { ...values, interval: null, p: null, text: 'no test: records do not keep all probabilities' };
  }
  const { interval, p, hasSeedVariance } = compareFits(scores[0]!, scores[1]!, known);
  return { ...values, interval, p, text: evidenceText(metric, { before, after }, labels, known, hasSeedVariance) };
}

function evidenceText(
  metric: ImageMetric,
  { before, after }: SeedFits,
  labels: PairedLabels,
  known: SeedVariance | null,
  hasSeedVariance: boolean,
): string {
  const isSingle = before.length === 1 && after.length === 1;
  const counts = isSingle
    ? flipsText(metric, labels)
    : `${counted(before.length, 'seed')} before, ${after.length} after`;
  if (!hasSeedVariance) return `${counts}; other seeds unknown`;
  const hasOne = before.length === 1 || after.length === 1;
  if (!hasOne || !known || known.variance === 0) return counts;
  return `${counts}; seeds vary by ${metricDifference(metric, Math.sqrt(known.variance)).slice(1)}`;
}

/**
 * Returns what tables show of a metric of several fits.
 *
 * @param records of one model
 * @returns the mean of a metric that is tested on images, the median of another; null where it was not measured
 */
export function metricValueOf(metric: Metric, records: readonly FinishedRecord[]): number | null {
  if (metric.test === 'images') return meanOf(metric, oneOfEachSeed(records));
  const values = records.flatMap((record) => metricValue(metric, record) ?? []);
  return values.length === 0 ? null : quantile(values, 0.5);
}

function flipsText(metric: ImageMetric, { truth, before, after }: PairedLabels): string {
  if (metric.id !== 'accuracy') return 'one seed';
  const { fixed, broke } = countFlips(truth, before, after);
  return `fixed ${fixed}, broke ${broke}`;
}

function meanOf(metric: Metric, records: readonly FinishedRecord[]): number | null {
  const values = records.flatMap((record) => metricValue(metric, record) ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The fits before of the seeds that were fitted before and after, if all of them predict the same; null otherwise. */
function equalFits(metric: Metric, { before, after }: SeedFits): FinishedRecord[] | null {
  const common = before.filter(({ seed }) => after.some((other) => other.seed === seed));
  const isEqual = common.every((one) => {
    const other = after.find(({ seed }) => seed === one.seed)!;
    return one.predictions === other.predictions && metricValue(metric, one) === metricValue(metric, other);
  });
  return common.length > 0 && isEqual ? common : null;
}

/**
 * Gathers the evidence of a metric that is tested on runs: times and memory.
 *
 * @param metric one whose test is `runs`
 * @param runs all finished fits of one model
 * @param unlike how the conditions before and after differ; null when they do not
 */
export function runEvidence(metric: MeasuredMetric, runs: SeedFits, unlike: string | null): Evidence {
  const [before, after] = [runs.before, runs.after].map((records) =>
    records.flatMap((record) => metric.of(record) ?? []),
  ) as [number[], number[]];
  if (before.length === 0 || after.length === 0) return unmeasured('no value before or after');
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const medians = { before: median(before), after: median(after) };
  if (unlike !== null) return { ...medians, interval: null, p: null, text: unlike, settled: 'incomparable' };
  const least = metric.leastDifference?.([...runs.before, ...runs.after]) ?? 0;
  if (Math.max(...before, ...after) < least) {
    const text = `every run takes less than ${metricText(metric, least)}, which does not matter`;
    return { ...medians, interval: null, p: null, text, settled: 'same' };
  }
  const ratio = medians.before > 0 ? `ratio ${(medians.after / medians.before).toPrecision(3)}` : 'no ratio';
  if (before.length < MIN_RUNS || after.length < MIN_RUNS) {
    const runs = `${before.length} and ${after.length} runs, a verdict needs ${MIN_RUNS} each`;
    return { ...medians, interval: null, p: null, text: `${ratio}, ${runs}`, settled: 'inconclusive' };
  }
  if ([...before, ...after].some((value) => value <= 0)) {
    return { ...medians, interval: null, p: null, text: ratio, settled: 'inconclusive' };
  }
  const { p, interval } = welchTest(before.map(Math.log), after.map(Math.log));
  const [low, high] = interval.map(Math.exp) as [number, number];
  const isWithin =
    (low > 1 / metric.minimumEffect && high < metric.minimumEffect) ||
    Math.max(1 - low, high - 1) * medians.before < least;
  const isSmall = Math.abs(medians.after - medians.before) < least && !isWithinRatio(metric, medians);
  const what = isSmall ? `medians differ by less than ${metricText(metric, least)}` : ratio;
  const text = `${what}, ${before.length} and ${after.length} runs`;
  return {
    ...medians,
    interval: null,
    ratioInterval: [low, high],
    p,
    text,
    least,
    ...(isWithin && { settled: 'same' as const }),
  };
}

/** Tells whether two values differ by less than the minimum effect. */
function isWithinRatio(
  { minimumEffect }: Pick<Metric, 'minimumEffect'>,
  { before, after }: Record<'before' | 'after', number>,
): boolean {
  return Math.max(after, before) / Math.min(after, before) < minimumEffect;
}

function unmeasured(text: string): Evidence {
  return { before: null, after: null, interval: null, p: null, text, settled: 'unmeasured' };
}

/**
 * Decides the verdict.
 *
 * @param metric one metric
 * @param evidence what is known about its change
 * @param p adjusted for all models that are shown; null as in the evidence
 * @param minimumEffect in place of that of the metric
 */
export function decide(
  metric: Metric,
  evidence: Evidence,
  p: number | null,
  minimumEffect = metric.minimumEffect,
): Verdict {
  const { before, after, interval, settled, least = 0 } = evidence;
  if (settled) return settled;
  if (before === null || after === null) return 'unmeasured';
  const isUp = after > before;
  const direction: Verdict = isUp === (metric.better === 'higher') ? 'better' : 'worse';
  if (metric.test === 'runs') {
    if (p === null || p >= SIGNIFICANCE_LEVEL) return 'inconclusive';
    if (Math.abs(after - before) < least) return 'same';
    return isWithinRatio({ minimumEffect }, { before, after }) ? 'inconclusive' : direction;
  }
  if (!interval) return 'inconclusive';
  const [low, high] = interval;
  const isBeyondChance = (p === null || p < SIGNIFICANCE_LEVEL) && (low > 0 || high < 0);
  if (low >= -minimumEffect && high <= minimumEffect) return 'same';
  if (!isBeyondChance) return 'inconclusive';
  return Math.abs(after - before) < minimumEffect ? 'same' : direction;
}
