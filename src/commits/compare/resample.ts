// Intervals of the changes of metrics that are not means over images, such as macro F1, by resampling the test images.
import { createRandom } from '../../base/random.ts';
import { weightedConfusion } from '../../metrics/confusion.ts';
import type { Metric, StoredPrediction, WeightedScore } from '../../metrics/metric.ts';
import { type BootstrapInterval, bcaInterval } from '../../stats/bca.ts';

const RESAMPLES = 10_000;

/** Two predictions of the same images, and the truth. */
export interface PairedPredictions {
  /** n class indices, at least one. */
  readonly truth: Uint8Array;
  readonly before: StoredPrediction;
  readonly after: StoredPrediction;
  readonly classCount: number;
}

/**
 * Resamples the test images and computes the 95 % intervals of the changes. Both predictions and all metrics use the same
 * resamples. The intervals are percentile intervals corrected for bias, without acceleration, which would take too long to compute.
 *
 * @param metrics to resample
 * @param predictions before and after
 * @param resamples number of resamples
 * @returns the interval of each change, after minus before, by the id of the metric. A metric is missing where it is not
 *   defined before, after and in all resamples, or cannot be computed from stored predictions.
 */
export function resampleChanges(
  metrics: readonly Metric[],
  { truth, before, after, classCount }: PairedPredictions,
  resamples = RESAMPLES,
): ReadonlyMap<string, BootstrapInterval> {
  const scorers = [before, after].map((prediction) => scorerOf(metrics, truth, prediction, classCount));
  const changesOf = (weights: Uint16Array): (number | null)[] => {
    const [one, other] = scorers.map((score) => score(weights));
    return metrics.map((_, i) => (one![i] == null || other![i] == null ? null : other![i]! - one![i]!));
  };
  const n = truth.length;
  const weights = new Uint16Array(n).fill(1);
  const observed = changesOf(weights);
  const random = createRandom(0);
  const resampled = Array.from({ length: resamples }, () => {
    weights.fill(0);
    for (let i = 0; i < n; i++) weights[Math.floor(random() * n)]!++;
    return changesOf(weights);
  });
  return new Map(
    metrics.flatMap(({ id }, i) => {
      const changes = resampled.flatMap((all) => all[i] ?? []);
      const isDefined = observed[i] !== null && changes.length === resamples;
      return isDefined ? [[id, bcaInterval(changes, observed[i]!, 0)] as const] : [];
    }),
  );
}

/** Prepares all metrics of one prediction. The confusion matrix is counted once for all metrics that need it. */
function scorerOf(
  metrics: readonly Metric[],
  truth: Uint8Array,
  prediction: StoredPrediction,
  classCount: number,
): (weights: Uint16Array) => (number | null)[] {
  const confusionOf = weightedConfusion(truth, prediction.labels, classCount);
  const scores = metrics.map((metric): WeightedScore | null =>
    metric.test === 'images' && metric.from === 'prediction' ? (metric.weighted?.(truth, prediction) ?? null) : null,
  );
  return (weights) => {
    const confusion = confusionOf(weights);
    return metrics.map((metric, i) =>
      metric.test === 'images' && metric.from === 'confusion'
        ? metric.compute(confusion)
        : (scores[i]?.(weights) ?? null),
    );
  };
}
