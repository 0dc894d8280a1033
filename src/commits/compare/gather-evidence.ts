// Gathers what is known about the change of each metric of one model.
import type { Metric } from '../../metrics/metric.ts';
import { metricValue } from '../../metrics/metric-value.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import { testImagesKey } from '../../results/test-images-key.ts';
import type { SeedVariance } from '../../stats/compare-fits.ts';
import type { PairedLabels } from './classes.ts';
import type { MetricChange } from './diff-data.ts';
import { type Evidence, imageEvidence, runEvidence, type SeedFits } from './verdict.ts';

/** What is known about a change, and the number of fits that tell it. */
export type CountedEvidence = Evidence & Pick<MetricChange, 'runs'>;

/** What the evidence of one model comes from. */
export interface EvidenceSources {
  /** All finished fits. */
  readonly runs: SeedFits;
  /** One fit of each seed. */
  readonly seeds: SeedFits;
  readonly labels: PairedLabels | null;
  readonly varianceOf: (metric: Metric) => SeedVariance | null;
  /** Why times must not be compared; null when they may be. */
  readonly unlike: string | null;
}

/**
 * Gathers the evidence of all metrics of one model.
 *
 * @param metrics which
 * @param sources the fits before and after
 * @returns by the id of the metric
 */
export function gatherEvidence(
  metrics: readonly Metric[],
  { runs, seeds, labels, varianceOf, unlike }: EvidenceSources,
): ReadonlyMap<string, CountedEvidence> {
  const splits = new Set([...seeds.before, ...seeds.after].map(({ dataset }) => testImagesKey(dataset)));
  const evidenceOf = (metric: Metric): Evidence => {
    if (metric.test === 'runs') return runEvidence(metric, runs, unlike);
    if (splits.size > 1) return { ...NOTHING, text: 'different test images', settled: 'incomparable' };
    return imageEvidence(metric, seeds, labels, varianceOf(metric));
  };
  return new Map(
    metrics.map((metric) => {
      const { before, after } = metric.test === 'runs' ? runs : seeds;
      const count = (records: readonly FinishedRecord[]): number =>
        records.filter((record) => metricValue(metric, record) !== null).length;
      return [metric.id, { ...evidenceOf(metric), runs: { before: count(before), after: count(after) } }];
    }),
  );
}

const NOTHING = { before: null, after: null, interval: null, p: null } as const;
