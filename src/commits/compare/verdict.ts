// The verdict on one metric of one model: the evidence, and what follows from it.
import type { Metric } from '../../metrics/metric.ts';
import { metricValue } from '../../metrics/metric-value.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import type { BootstrapInterval } from '../../stats/bca.ts';
import { mannWhitney } from '../../stats/mann-whitney.ts';
import { compareByMcNemar } from '../../stats/mcnemar.ts';
import { pairedBootstrap, pairedBootstrapOfTallies } from '../../stats/paired-bootstrap.ts';
import { signFlipTest } from '../../stats/sign-flip.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import { quantile } from '../../stats/summary.ts';
import type { PairedLabels } from './classes.ts';
import type { Verdict } from './diff-data.ts';

/** The fewest runs, before and after, for a verdict on times and memory. */
const MIN_RUNS = 5;

/** What is known about a change. */
export interface Evidence {
  readonly before: number | null;
  readonly after: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** Not adjusted; null where the interval alone decides, or where there is no test. */
  readonly p: number | null;
  /** The evidence without the p-value: `fixed 61, broke 44`. */
  readonly text: string;
  /** A verdict without a test: predictions are equal, the metric was not measured, or conditions differ. */
  readonly settled?: Verdict;
}

/**
 * Gathers the evidence of a metric that is tested on images.
 *
 * @param metric one whose test is `images`
 * @param seeds the fits of each seed before and after, and their predictions where the true classes are known
 */
export function imageEvidence(
  metric: Metric,
  seeds: readonly {
    readonly before: FinishedRecord;
    readonly after: FinishedRecord;
    readonly labels: PairedLabels | null;
    /** Interval of the change by resampling images; absent where the metric is no mean over images. */
    readonly resampled?: BootstrapInterval;
  }[],
): Evidence {
  const values = seeds.flatMap(({ before, after }) => {
    const [one, other] = [metricValue(metric, before), metricValue(metric, after)];
    return one === null || other === null ? [] : [[one, other] as const];
  });
  if (values.length === 0) return unmeasured('no value before or after');
  const mean = (index: 0 | 1): number => values.reduce((sum, pair) => sum + pair[index], 0) / values.length;
  const [before, after] = [mean(0), mean(1)];
  if (seeds.length > 1) {
    const differences = values.map(([one, other]) => other - one);
    if (differences.every((difference) => difference === 0)) return equal(before, after);
    const { p } = signFlipTest(differences);
    const { low, high } = pairedBootstrap(differences);
    return { before, after, interval: [low, high], p, text: `${values.length} seeds, sign-flip test and bootstrap` };
  }
  const [only] = seeds as [(typeof seeds)[number]];
  if (only.before.predictions === only.after.predictions && before === after) return equal(before, after);
  if (metric.id === 'accuracy' && only.labels) {
    const { truth, before: labelsBefore, after: labelsAfter } = only.labels;
    const { fixed, broke, p } = compareByMcNemar(truth, labelsBefore, labelsAfter);
    const { low, high } = pairedBootstrapOfTallies([
      { value: 1, count: fixed },
      { value: -1, count: broke },
      { value: 0, count: truth.length - fixed - broke },
    ]);
    return { before, after, interval: [low, high], p, text: `fixed ${fixed}, broke ${broke}` };
  }
  if (only.resampled) {
    const { low, high } = only.resampled;
    return { before, after, interval: [low, high], p: null, text: '10,000 resamples of the test images' };
  }
  const text = only.labels ? 'no test for a single seed' : 'no test without the test images';
  return { before, after, interval: null, p: null, text };
}

/**
 * Gathers the evidence of a metric that is tested on runs: times and memory.
 *
 * @param metric one whose test is `runs`
 * @param before values of all runs before
 * @param after values of all runs after
 * @param unlike how the conditions before and after differ; null when they do not
 */
export function runEvidence(
  metric: Metric,
  before: readonly number[],
  after: readonly number[],
  unlike: string | null,
): Evidence {
  if (before.length === 0 || after.length === 0) return unmeasured('no value before or after');
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const medians = { before: median(before), after: median(after) };
  if (unlike !== null) return { ...medians, interval: null, p: null, text: unlike, settled: 'incomparable' };
  const ratio = medians.before > 0 ? `ratio ${(medians.after / medians.before).toPrecision(3)}` : 'no ratio';
  if (before.length < MIN_RUNS || after.length < MIN_RUNS) {
    const runs = `${before.length} and ${after.length} runs, a verdict needs ${MIN_RUNS} each`;
    return { ...medians, interval: null, p: null, text: `${ratio}, ${runs}`, settled: 'inconclusive' };
  }
  const { p } = mannWhitney(before, after);
  const ratios = before.flatMap((one) => after.map((other) => other / one));
  const [low, high] = [quantile(ratios, 0.025), quantile(ratios, 0.975)];
  const isWithin = low > 1 / metric.minimumEffect && high < metric.minimumEffect;
  return {
    ...medians,
    interval: null,
    p,
    text: `${ratio}, ${before.length} and ${after.length} runs`,
    ...(isWithin && { settled: 'same' as const }),
  };
}

function unmeasured(text: string): Evidence {
  return { before: null, after: null, interval: null, p: null, text, settled: 'unmeasured' };
}

function equal(before: number, after: number): Evidence {
  return { before, after, interval: [0, 0], p: null, text: 'the same predictions', settled: 'same' };
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
  const { before, after, interval, settled } = evidence;
  if (settled) return settled;
  if (before === null || after === null) return 'unmeasured';
  const isUp = after > before;
  const direction: Verdict = isUp === (metric.better === 'higher') ? 'better' : 'worse';
  if (metric.test === 'runs') {
    const ratio = Math.max(after, before) / Math.min(after, before);
    return p !== null && p < SIGNIFICANCE_LEVEL && ratio >= minimumEffect ? direction : 'inconclusive';
  }
  if (!interval) return 'inconclusive';
  const [low, high] = interval;
  const isBeyondChance = (p === null || p < SIGNIFICANCE_LEVEL) && (low > 0 || high < 0);
  if (low >= -minimumEffect && high <= minimumEffect) return 'same';
  if (!isBeyondChance) return 'inconclusive';
  return Math.abs(after - before) < minimumEffect ? 'same' : direction;
}
