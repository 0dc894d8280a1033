// How much the scores of a model vary from seed to seed, as records show it.
import { groupBy } from '../base/group-by.ts';
import { sortedParams } from '../results/params.ts';
import { type FinishedRecord, type FitRecord, isFinished } from '../results/schema.ts';
import { oneOfEachSeed } from '../results/select.ts';
import type { SeedVariance } from '../stats/compare-fits.ts';
import { summarize } from '../stats/summary.ts';
import type { Metric } from './metric.ts';
import { metricValue } from './metric-value.ts';

/** Of a model whose fits never use their seed. */
const NO_VARIANCE: SeedVariance = { variance: 0, degrees: Number.POSITIVE_INFINITY };

/** Tells how much a metric of a model varies from seed to seed; null where that is not known. */
export type SeedVariances = (modelId: string, metric: Metric) => SeedVariance | null;

/**
 * Pools the variance over seeds of all fits of a model that agree in everything but the seed. It is 0 for a model whose fits
 * never use their seed.
 *
 * @param records in any order, of any models and commits
 * @returns finds the variance of a metric of a model; null where no two seeds were measured under the same conditions
 */
export function seedVariancesOf(records: readonly FitRecord[]): SeedVariances {
  const byModel = groupBy(records.filter(isFinished), ({ model }) => model.id);
  const groups = new Map<string, FinishedRecord[][]>();
  const known = new Map<string, SeedVariance | null>();
  return (modelId, metric) => {
    const key = JSON.stringify([modelId, metric.id]);
    if (!groups.has(modelId)) groups.set(modelId, groupsOfSeeds(byModel.get(modelId) ?? []));
    if (!known.has(key)) {
      const uses = new Set(byModel.get(modelId)?.map(({ usesSeed }) => usesSeed));
      const isFree = uses.has(false) && !uses.has(true);
      known.set(key, isFree ? NO_VARIANCE : pooledVariance(metric, groups.get(modelId)!));
    }
    return known.get(key)!;
  };
}

/**
 * Lists the records whose scores the variances depend on.
 *
 * @param records in any order, of any models and commits
 */
export function recordsOfSeeds(records: readonly FitRecord[]): FinishedRecord[] {
  return [...groupBy(records.filter(isFinished), ({ model }) => model.id).values()].flatMap(groupsOfSeeds).flat();
}

/** Gathers fits that agree in everything but the seed, one of each seed; only groups of several seeds. */
function groupsOfSeeds(records: readonly FinishedRecord[]): FinishedRecord[][] {
  return [...groupBy(records, conditionsOf).values()].map(oneOfEachSeed).filter(({ length }) => length > 1);
}

function conditionsOf({ model, dataset, benchmark, software }: FinishedRecord): string {
  return JSON.stringify([
    benchmark,
    sortedParams(model.params),
    model.sourceHash,
    dataset.splitHash,
    software.engine.device,
  ]);
}

function pooledVariance(metric: Metric, groups: readonly (readonly FinishedRecord[])[]): SeedVariance | null {
  const summaries = groups
    .map((group) => group.flatMap((record) => metricValue(metric, record) ?? []))
    .filter(({ length }) => length > 1)
    .map(summarize);
  const degrees = summaries.reduce((sum, { count }) => sum + count - 1, 0);
  if (degrees === 0) return null;
  return { variance: summaries.reduce((sum, { sd, count }) => sum + sd! ** 2 * (count - 1), 0) / degrees, degrees };
}
