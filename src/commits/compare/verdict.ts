// What became of one metric of one model: what is known of it, and what follows from that.
import type { FinishedRecord } from '../../results/schema.ts';
import type { BootstrapInterval } from '../../stats/bca.ts';
import { mannWhitney } from '../../stats/mann-whitney.ts';
import { compareByMcNemar } from '../../stats/mcnemar.ts';
import { pairedBootstrap, pairedBootstrapOfTallies } from '../../stats/paired-bootstrap.ts';
import { signFlipTest } from '../../stats/sign-flip.ts';
import { SIGNIFICANCE_LEVEL } from '../../stats/significance-level.ts';
import { quantile } from '../../stats/summary.ts';
import type { PairedLabels } from './classes.ts';
import type { MetricDefinition } from './compared-metrics.ts';
import type { Verdict } from './diff-data.ts';

/** Runs that each side needs for a verdict on times. */
const RUNS = 5;

/** What is known of a change. */
export interface Evidence {
  readonly before: number | null;
  readonly after: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** Not adjusted; null where chance is judged by the interval alone, or not at all. */
  readonly p: number | null;
  /** In words, without the p-value: `fixed 61, broke 44`. */
  readonly words: string;
  /** A verdict that needs no test: both sides are equal, one lacks the metric, they were not measured alike. */
  readonly settled?: Verdict;
}

/**
 * Gathers what is known of a metric that images decide.
 *
 * @param metric one whose test is `images`
 * @param seeds the fits of each seed that both sides have, and their answers where the truth is known
 */
export function imageEvidence(
  metric: MetricDefinition,
  seeds: readonly {
    readonly before: FinishedRecord;
    readonly after: FinishedRecord;
    readonly labels: PairedLabels | null;
    /** Interval of the change by resampling images; absent where the metric is no mean over images. */
    readonly resampled?: BootstrapInterval;
  }[],
): Evidence {
  const values = seeds.map(({ before, after }) => [metric.value(before), metric.value(after)] as const);
  if (seeds.length === 0 || values.some(([before, after]) => before === null || after === null)) {
    return unmeasured('a side has none');
  }
  const mean = (side: 0 | 1): number => values.reduce((sum, pair) => sum + pair[side]!, 0) / values.length;
  const [before, after] = [mean(0), mean(1)];
  if (seeds.length > 1) {
    const differences = values.map(([one, other]) => other! - one!);
    if (differences.every((difference) => difference === 0)) return equal(before, after);
    const { p } = signFlipTest(differences);
    const { low, high } = pairedBootstrap(differences);
    return { before, after, interval: [low, high], p, words: `${seeds.length} seeds, sign flips and bootstrap` };
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
    return { before, after, interval: [low, high], p, words: `fixed ${fixed}, broke ${broke}` };
  }
  if (only.resampled) {
    const { low, high } = only.resampled;
    return { before, after, interval: [low, high], p: null, words: '10,000 resamples of the test images' };
  }
  return { before, after, interval: null, p: null, words: 'no test without the test images' };
}

/**
 * Gathers what is known of a metric that runs decide: times and memory.
 *
 * @param metric one whose test is `runs`
 * @param before values of all runs of a side
 * @param after values of all runs of the other
 * @param unlike why the two sides were not measured alike; null when they were
 */
export function runEvidence(
  metric: MetricDefinition,
  before: readonly number[],
  after: readonly number[],
  unlike: string | null,
): Evidence {
  if (before.length === 0 || after.length === 0) return unmeasured('a side has none');
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const sides = { before: median(before), after: median(after) };
  if (unlike !== null) return { ...sides, interval: null, p: null, words: unlike, settled: 'incomparable' };
  const ratio = sides.before > 0 ? `ratio ${(sides.after / sides.before).toPrecision(3)}` : 'no ratio';
  if (before.length < RUNS || after.length < RUNS) {
    const runs = `${before.length} and ${after.length} runs, a verdict needs ${RUNS} a side`;
    return { ...sides, interval: null, p: null, words: `${ratio}, ${runs}`, settled: 'inconclusive' };
  }
  const { p } = mannWhitney(before, after);
  const ratios = before.flatMap((one) => after.map((other) => other / one));
  const [low, high] = [quantile(ratios, 0.025), quantile(ratios, 0.975)];
  const isWithin = low > 1 / metric.floor && high < metric.floor;
  return {
    ...sides,
    interval: null,
    p,
    words: `${ratio}, ${before.length} and ${after.length} runs`,
    ...(isWithin && { settled: 'same' as const }),
  };
}

function unmeasured(words: string): Evidence {
  return { before: null, after: null, interval: null, p: null, words, settled: 'unmeasured' };
}

function equal(before: number, after: number): Evidence {
  return { before, after, interval: [0, 0], p: null, words: 'the same predictions', settled: 'same' };
}

/**
 * Draws the verdict.
 *
 * @param metric what was measured
 * @param evidence what is known of it
 * @param p adjusted for all models that are shown; null as in the evidence
 * @param floor in place of the metric's own
 */
export function decide(metric: MetricDefinition, evidence: Evidence, p: number | null, floor = metric.floor): Verdict {
  const { before, after, interval, settled } = evidence;
  if (settled) return settled;
  if (before === null || after === null) return 'unmeasured';
  const isUp = after > before;
  const direction: Verdict = isUp === (metric.better === 'higher') ? 'better' : 'worse';
  if (metric.test === 'runs') {
    const ratio = Math.max(after, before) / Math.min(after, before);
    return p !== null && p < SIGNIFICANCE_LEVEL && ratio >= floor ? direction : 'inconclusive';
  }
  if (!interval) return 'inconclusive';
  const [low, high] = interval;
  const isBeyondChance = (p === null || p < SIGNIFICANCE_LEVEL) && (low > 0 || high < 0);
  if (low >= -floor && high <= floor) return 'same';
  if (!isBeyondChance) return 'inconclusive';
  return Math.abs(after - before) < floor ? 'same' : direction;
}
