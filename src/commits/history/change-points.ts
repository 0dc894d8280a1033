// Change points of a series of measurements. They find steps where two consecutive measurements have too few runs to tell.

import type { MeasuredMetric } from '../../metrics/metric.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import { holm } from '../../stats/holm.ts';
import { mannWhitney } from '../../stats/mann-whitney.ts';
import { quantile } from '../../stats/summary.ts';

/** One run of a measurement. */
export interface Run {
  readonly value: number;
  /** What the fit predicted, where equal predictions count as one run; null where every run counts. */
  readonly fit: string | null;
  readonly record: FinishedRecord;
}

/** Two parts of a series, compared. */
export interface Contrast {
  /** Medians of times and memory, means of metrics tested on images. */
  readonly before: number;
  readonly after: number;
  /** 95 % interval of the difference; null for times and memory. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Not adjusted. */
  readonly p: number;
  /** The smallest difference that matters, in the metric's unit, whatever the ratio; 0 where it is absent. */
  readonly least?: number | undefined;
}

/** The measurements of one metric of one model, in the order of commits. */
export interface Series {
  /** The runs of each measurement, at least one. */
  readonly runs: readonly (readonly Run[])[];
  /** Measurements, from 1, at which a step may begin. The others have a verdict. */
  readonly candidates: readonly number[];
  /** Measurements, from 1, at which a step is known to begin. Runs before and after it are never pooled. */
  readonly cuts: readonly number[];
  /** Compares runs before with runs after, equal fits left out; null where they cannot be compared. */
  compare(before: readonly Run[], after: readonly Run[]): Contrast | null;
}

/** A step. */
export interface ChangePoint extends Contrast {
  /** The measurement at which the step begins. */
  readonly at: number;
  /** Numbers of measurements and of runs. */
  readonly measurements: readonly [before: number, after: number];
  readonly runs: readonly [before: number, after: number];
  /** Adjusted for every candidate that was tested. */
  readonly p: number;
}

/** A part of a series between two known steps: measurements `from` to `to`, `to` excluded. */
interface Stretch {
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Finds steps by binary segmentation. Every candidate divides its stretch into two parts, which the series
 * compares. The candidate of a stretch with the smallest p-value, adjusted by Holm for the candidates of all series, is a
 * step if `isStep` says so; then both parts are searched. Where no series has a step, the probability of finding any is at
 * most the significance level of `isStep`.
 *
 * @param all series that are shown together
 * @param isStep the verdict on a candidate
 * @returns the steps of each series, in order
 * @see Pettitt, A. N. (1979). A non-parametric approach to the change-point problem. Applied Statistics 28, for the test
 *   at every candidate. Scott, A. J. and Knott, M. (1974). A cluster analysis method for grouping means in the analysis of
 *   variance. Biometrics 30, for the segmentation.
 */
export function findChangePoints(all: readonly Series[], isStep: (candidate: ChangePoint) => boolean): ChangePoint[][] {
  const found = all.map((): ChangePoint[] => []);
  let stretches: Stretch[] = all.flatMap(({ runs, cuts }, series) =>
    [0, ...cuts].map((from, i) => ({ series, from, to: cuts[i] ?? runs.length })),
  );
  while (stretches.length > 0) {
    const tested = stretches.flatMap((stretch) =>
      candidatesOf(all[stretch.series]!, stretch).map((candidate) => ({ stretch, candidate })),
    );
    const adjusted = holm(tested.map(({ candidate }) => candidate.p));
    const steps = stretches.flatMap((stretch) => {
      const own = tested.flatMap((one, i) =>
        one.stretch === stretch ? { ...one.candidate, p: adjusted[i]!, alone: one.candidate.p } : [],
      );
      // Adjusted p-values have more ties.
      const [best] = own.sort((a, b) => a.alone - b.alone || contrast(b) - contrast(a));
      if (!best) return [];
      const { alone: _, ...step } = best;
      return isStep(step) ? { stretch, step } : [];
    });
    for (const { stretch, step } of steps) found[stretch.series]!.push(step);
    stretches = steps.flatMap(({ stretch, step }) => [
      { ...stretch, to: step.at },
      { ...stretch, from: step.at },
    ]);
  }
  return found.map((steps) => steps.sort((a, b) => a.at - b.at));
}

function candidatesOf({ runs, candidates, compare }: Series, { from, to }: Stretch): ChangePoint[] {
  const all = runs.slice(from, to).flat();
  const areDistinct = distinct(all).length === all.length;
  const own = (start: number, end?: number): Run[] => {
    const part = all.slice(start, end);
    return areDistinct ? part : distinct(part);
  };
  // The number of runs before each measurement.
  const starts = [0];
  for (let at = from; at < to; at++) starts.push(starts.at(-1)! + runs[at]!.length);
  return candidates
    .filter((at) => at > from && at < to)
    .flatMap((at) => {
      const [before, after] = [own(0, starts[at - from]), own(starts[at - from]!)];
      const contrast = compare(before, after);
      if (!contrast) return [];
      return { ...contrast, at, measurements: [at - from, to - at], runs: [before.length, after.length] };
    });
}

/**
 * Creates the comparison of runs by a Mann-Whitney test, which a few slow runs do not disturb.
 *
 * @param metric a time or memory
 * @returns compares two groups of at least one run
 */
export function runComparison(metric: MeasuredMetric): Series['compare'] {
  return (before, after) => {
    const [first, second] = [before, after].map((runs) => runs.map(({ value }) => value)) as [number[], number[]];
    const least = metric.leastDifference?.([...before, ...after].map(({ record }) => record));
    const [one, other] = [quantile(first, 0.5), quantile(second, 0.5)];
    return { before: one, after: other, interval: null, p: mannWhitney(first, second).p, least };
  };
}

/** Repeated fits of the same code with the same seed predict the same: they count as one run. */
function distinct(runs: readonly Run[]): Run[] {
  const known = new Set<string>();
  return runs.filter(({ fit }) => fit === null || (!known.has(fit) && known.add(fit)));
}

function contrast({ before, after }: ChangePoint): number {
  return Math.abs(after - before);
}
