// Compares fits of many commits by a metric of the test images, for the change points of a series.
import { scoredFit } from '../../metrics/influence.ts';
import type { ImageMetric } from '../../metrics/metric.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import { testImagesKey } from '../../results/test-images-key.ts';
import { compareGroups, type ScoredFit, type SeedVariance } from '../../stats/compare-fits.ts';
import { createRunningGroup } from '../../stats/running-group.ts';
import { meanAndSd } from '../../stats/summary.ts';
import type { LabelledImages } from '../../types.ts';
import type { Run, Series } from './change-points.ts';

/**
 * Creates the comparison of a series of a metric that is tested on images.
 *
 * @param metric one metric
 * @param tests the test images by the hash of their split
 * @param known how much the metric varies from seed to seed; null if nothing is known
 * @returns compares two groups of runs; gives null where the test images are missing or differ, or where records do not hold
 *   what the metric needs
 */
export function imageComparison(
  metric: ImageMetric,
  tests: ReadonlyMap<string, LabelledImages>,
  known: SeedVariance | null,
): Series['compare'] {
  const scores = new Map<FinishedRecord, ScoredFit | null>();
  const scoreOf = (record: FinishedRecord, truth: Uint8Array): ScoredFit | null => {
    if (!scores.has(record)) scores.set(record, scoredFit(metric, record, truth));
    return scores.get(record)!;
  };
  const keys = new Map<FinishedRecord['dataset'], string>();
  const keyOf = (dataset: FinishedRecord['dataset']): string => {
    if (!keys.has(dataset)) keys.set(dataset, testImagesKey(dataset));
    return keys.get(dataset)!;
  };
  const [groupBefore, groupAfter] = [createRunningGroup(), createRunningGroup()];
  return (before, after) => {
    const { dataset } = before[0]!.record;
    const key = keyOf(dataset);
    const isSame = ({ record }: Run): boolean => keyOf(record.dataset) === key;
    const truth = before.every(isSame) && after.every(isSame) ? tests.get(dataset.splitHash)?.labels : undefined;
    if (!truth) return null;
    const [first, second] = [before, after].map((runs) => runs.flatMap(({ record }) => scoreOf(record, truth) ?? []));
    if (first!.length < before.length || second!.length < after.length) return null;
    const { interval, p } = compareGroups(groupBefore(first!), groupAfter(second!), known);
    return { before: meanOf(before), after: meanOf(after), interval, p };
  };
}

function meanOf(runs: readonly Run[]): number {
  return meanAndSd(runs.map(({ value }) => value)).mean;
}
