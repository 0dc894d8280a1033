// Compares the scores of a record with those of its predictions on the true classes.
import { isSameScore } from '../results/check-scores.ts';
import { decodeConfidence, decodeLabels } from '../results/encode.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { LabelledImages } from '../types.ts';
import { calibrationRange } from './calibration-range.ts';
import { confusionMatrix } from './confusion.ts';
import { imageMetrics } from './find-metric.ts';

/**
 * Computes again what the predictions of a record give on the true classes: the confusion matrix and the metrics of it,
 * and the range of the calibration error that the stored confidences allow.
 *
 * @param record a record that `checkRecord` accepts
 * @param test its test images
 * @returns the first field that disagrees, with the value found and the value expected; null when all agree
 */
export function disagreementWithLabels(
  record: FinishedRecord,
  test: Pick<LabelledImages, 'count' | 'labels'>,
): string | null {
  const { dataset, metrics } = record;
  const classCount = dataset.classNames.length;
  if (dataset.test !== test.count) return `dataset.test: ${dataset.test}; its split has ${test.count} test images`;
  const unknown = firstUnknown(test.labels, classCount);
  if (unknown >= 0) {
    return `dataset.classNames: length ${classCount}; test image ${unknown} is of class ${test.labels[unknown]}`;
  }
  const labels = decodeLabels(record.predictions);
  const confusion = confusionMatrix(test.labels, labels, classCount);
  for (const [truth, row] of confusion.entries()) {
    const predicted = row.findIndex((images, label) => images !== metrics.confusion[truth]![label]);
    if (predicted < 0) continue;
    const found = metrics.confusion[truth]![predicted];
    return `metrics.confusion.${truth}.${predicted}: ${found}; the predictions of its test images give ${row[predicted]}`;
  }
  for (const metric of imageMetrics()) {
    const stored = metrics[metric.key];
    if (metric.from !== 'confusion' || !isScore(stored)) continue;
    const expected = metric.compute(confusion);
    if (!isSameScore(stored, expected)) return `metrics.${metric.key}: ${stored}; its predictions give ${expected}`;
  }
  const confidence = decodeConfidence(record.confidence);
  const { calibrationError } = metrics;
  if (!confidence || calibrationError === null) return null;
  const [low, high] = calibrationRange(test.labels, { labels, confidence });
  if (calibrationError >= low && calibrationError <= high) return null;
  return `metrics.calibrationError: ${calibrationError}; its confidences allow ${low.toFixed(4)} to ${high.toFixed(4)}`;
}

/** The first image of an unknown class, -1 for none. A plain loop, because it runs for thousands of records. */
function firstUnknown(labels: Uint8Array, classCount: number): number {
  for (let i = 0; i < labels.length; i++) if (labels[i]! >= classCount) return i;
  return -1;
}

function isScore(value: unknown): value is number | null {
  return typeof value === 'number' || value === null;
}
