// The influence of each test image on a metric, from which comparisons derive the chance of the test images.
import { decodeConfidence, decodeLabels } from '../results/encode.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { ScoredFit } from '../stats/compare-fits.ts';
import { confusionMatrix } from './confusion.ts';
import type { ImageMetric, StoredPrediction } from './metric.ts';
import { metricValue } from './metric-value.ts';

/**
 * Scores a fit for a comparison.
 *
 * @param metric tested on images
 * @param record of the fit
 * @param truth n class indices, of the record's test images
 * @returns null where the metric is not defined, or where a record does not hold what the influences need
 */
export function scoredFit(metric: ImageMetric, record: FinishedRecord, truth: Uint8Array): ScoredFit | null {
  const value = metricValue(metric, record);
  const labels = decodeLabels(record.predictions);
  if (value === null || labels.length !== truth.length) return null;
  const confidence = metric.from === 'confusion' ? null : decodeConfidence(record.confidence);
  const stored = { labels, confidence };
  const influence = influenceOf(metric, truth, stored, record.dataset.classNames.length);
  return influence && { value, influence };
}

/**
 * Computes the influence of each image on a metric.
 *
 * @param metric tested on images
 * @param truth n class indices
 * @param stored what a record keeps of the prediction of n images
 * @param classCount number of classes
 * @returns n numbers with mean 0; null where the metric is not defined, or where more than what is stored is needed
 */
export function influenceOf(
  metric: ImageMetric,
  truth: Uint8Array,
  stored: StoredPrediction,
  classCount: number,
): Float64Array | null {
  return metric.from === 'confusion'
    ? influenceOfLabels(metric.compute, truth, stored.labels, classCount)
    : (metric.influence?.(truth, stored) ?? null);
}

/**
 * Computes the influence of each image on a metric of the confusion matrix: how much the metric changes when an image of the
 * same true and predicted class is added, times the number of images.
 *
 * @param compute the metric
 * @param truth n class indices
 * @param labels n class indices
 * @param classCount number of classes
 * @returns n numbers with mean 0; null where the metric is not defined
 * @see Tukey, J. W. (1977). Exploratory data analysis, for the sensitivity curve.
 */
function influenceOfLabels(
  compute: (confusion: readonly (readonly number[])[]) => number | null,
  truth: Uint8Array,
  labels: Uint8Array,
  classCount: number,
): Float64Array | null {
  const n = truth.length;
  const confusion = confusionMatrix(truth, labels, classCount);
  const value = compute(confusion);
  if (value === null) return null;
  const cells = confusion.map((row) => row.map(() => 0));
  let mean = 0;
  for (const [i, row] of confusion.entries()) {
    for (const [j, count] of row.entries()) {
      if (count === 0) continue;
      const more = confusion.map((one, at) => (at === i ? one.with(j, count + 1) : one));
      const changed = compute(more);
      if (changed === null) return null;
      cells[i]![j] = (n + 1) * (changed - value);
      mean += (count / n) * cells[i]![j]!;
    }
  }
  const influence = new Float64Array(n);
  for (let i = 0; i < n; i++) influence[i] = cells[truth[i]!]![labels[i]!]! - mean;
  return influence;
}
