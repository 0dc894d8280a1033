// The changes of a metric from one measurement to the next: the verdict of `npm run diff`, or that of the whole series.
import { counted, pValue } from '../../document/format.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { SeedVariances } from '../../metrics/seed-variance.ts';
import type { LabelledImages } from '../../types.ts';
import { isChanged } from '../compare/change-text.ts';
import type { ModelDiff, Verdict } from '../compare/diff-data.ts';
import { missingFits } from '../compare/diff-text.ts';
import { MODEL_CODE } from '../compare/differences.ts';
import { decide } from '../compare/verdict.ts';
import { type ChangePoint, findChangePoints, runComparison, type Series } from './change-points.ts';
import { imageComparison } from './compare-images.ts';
import type { HistoryChange, HistoryPoint, HistoryState, Span } from './history-data.ts';
import { pointOf, runsOf } from './points.ts';
import type { Trace, TracedFits } from './trace.ts';

/** Compares the fits of one model at two commits as `npm run diff` does. */
export type Pairing = (before: TracedFits, after: TracedFits) => ModelDiff;

export interface JudgeContext {
  readonly states: readonly HistoryState[];
  /** Counts the commits between two measured ones, full hashes. */
  readonly span: (before: string, after: string) => Span | null;
  readonly pairing: Pairing;
  /** The test images by the hash of their split. */
  readonly tests: ReadonlyMap<string, LabelledImages>;
  readonly seedVariances: SeedVariances;
}

/**
 * Judges one metric of all models of a machine.
 *
 * @param metric one metric
 * @param traces the models
 * @param context the measured commits, and how two of them are compared
 * @returns the points of each model, in order
 */
export function judge(metric: Metric, traces: readonly Trace[], context: JudgeContext): HistoryPoint[][] {
  const lines = traces.map(({ fits }) => byPairs(metric, fits, context));
  const series = lines.map((points, i) => seriesOf(metric, points, traces[i]!, context));
  const steps = findChangePoints(series, (candidate) => ['better', 'worse'].includes(verdictOn(metric, candidate)));
  return lines.map((points, i) => {
    const measured = points.filter(({ value }) => value !== null);
    const byState = new Map(steps[i]!.map((step) => [measured[step.at]!.state, step]));
    return points.map((point) => {
      const step = byState.get(point.state);
      return step ? { ...point, change: bySeries(metric, point.change!, step) } : point;
    });
  });
}

function byPairs(metric: Metric, fits: readonly TracedFits[], context: JudgeContext): HistoryPoint[] {
  let before: TracedFits | null = null;
  return fits.map((after): HistoryPoint => {
    const point = pointOf(after.records, metric, after.state);
    const change = before && point.value !== null ? pairChange(metric, before, after, context) : null;
    if (point.value !== null) before = after;
    return { ...point, change };
  });
}

function pairChange(
  metric: Metric,
  before: TracedFits,
  after: TracedFits,
  { states, span, pairing }: JudgeContext,
): HistoryChange {
  const model = pairing(before, after);
  return {
    ...model.metrics.find(({ metric: id }) => id === metric.id)!,
    since: before.state,
    by: 'pair',
    mcnemar: metric.test === 'images' ? model.mcnemar : null,
    span: span(states[before.state]!.commit, states[after.state]!.commit),
    differences: model.differences.filter(({ name }) => name !== MODEL_CODE),
    isSameCode: model.differences.every(({ name }) => name !== MODEL_CODE),
    remarks: missingFits(model),
  };
}

/** A step of the series may begin where the pair is inconclusive. No step spans an incomparable pair or a known step. */
function seriesOf(
  metric: Metric,
  points: readonly HistoryPoint[],
  { fits, modelId }: Trace,
  { tests, seedVariances }: JudgeContext,
): Series {
  const measured = points.flatMap((point, i) => (point.value === null ? [] : { point, records: fits[i]!.records }));
  const at = (isWanted: (change: HistoryChange) => boolean): number[] =>
    measured.flatMap(({ point: { change } }, i) => (change && isWanted(change) ? i : []));
  return {
    runs: measured.map(({ records }) => runsOf(records, metric)),
    candidates: at(({ verdict }) => verdict === 'inconclusive'),
    cuts: at((change) => isChanged(change) || change.verdict === 'incomparable'),
    compare:
      metric.test === 'images' ? imageComparison(metric, tests, seedVariances(modelId, metric)) : runComparison(metric),
  };
}

function verdictOn(metric: Metric, step: ChangePoint): Verdict {
  return decide(metric, { ...step, text: '' }, step.p);
}

function bySeries(metric: Metric, change: HistoryChange, step: ChangePoint): HistoryChange {
  const { before, after, interval, measurements, runs, p } = step;
  return {
    ...change,
    verdict: verdictOn(metric, step),
    before,
    after,
    interval,
    ratioInterval: null,
    p,
    runs: { before: runs[0], after: runs[1] },
    mcnemar: null,
    evidence:
      `${counted(runs[0], 'run')} in ${counted(measurements[0], 'measurement')} before, ${runs[1]} in ` +
      `${measurements[1]} after, ${pValue(p)}`,
    by: 'series',
  };
}
