// The influence of each test image on a metric, from which comparisons derive the chance of the test images.
import { decodeConfidence, decodeLabels } from '../results/encode.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { ScoredFit } from '../stats/compare-fits.ts';
import { confusionMatrix } from './confusion.ts';
import type { ConfusionMetric, ImageMetric, StoredPrediction } from './metric.ts';
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
  if (metric.from !== 'confusion') {
    const influence = metric.influence?.(truth, { labels, confidence: decodeConfidence(record.confidence) });
    return influence ? { value, influence } : null;
  }
  const cells = cellsOf(metric, record, truth, labels);
  return cells && { value, influence: influenceOfCells(cells, truth, labels, record.dataset.classNames.length) };
}

/** The influences of the cells of a record's confusion matrix, which are computed once: a history compares each fit often. */
function cellsOf(
  metric: ConfusionMetric,
  record: FinishedRecord,
  truth: Uint8Array,
  labels: Uint8Array,
): Float64Array | null {
  let known = tables.get(record);
  if (known?.truth !== truth) {
    known = { truth, cells: new Map() };
    tables.set(record, known);
  }
  let cells = known.cells.get(metric.id);
  if (cells === undefined) {
    cells = influencesOfCells(metric.compute, confusionMatrix(truth, labels, record.dataset.classNames.length));
    known.cells.set(metric.id, cells);
  }
  return cells;
}

const tables = new WeakMap<
  FinishedRecord,
  { readonly truth: Uint8Array; readonly cells: Map<string, Float64Array | null> }
>();

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
  if (metric.from !== 'confusion') return metric.influence?.(truth, stored) ?? null;
  const cells = influencesOfCells(metric.compute, confusionMatrix(truth, stored.labels, classCount));
  return cells && influenceOfCells(cells, truth, stored.labels, classCount);
}

/** Gives each image the influence of its cell. */
function influenceOfCells(
  cells: Float64Array,
  truth: Uint8Array,
  labels: Uint8Array,
  classCount: number,
): Float64Array {
  const influence = new Float64Array(truth.length);
  for (let i = 0; i < truth.length; i++) influence[i] = cells[truth[i]! * classCount + labels[i]!]!;
  return influence;
}

/**
 * Computes the influence of an image on a metric of the confusion matrix, for each cell: how much the metric changes when an
 * image of that true and predicted class is added, times the number of images.
 *
 * @param compute the metric
 * @param confusion classes x classes counts, which are changed and restored
 * @returns classes x classes numbers, row-major, whose mean over the images is 0; null where the metric is not defined
 * @see Tukey, J. W. (1977). Exploratory data analysis, for the sensitivity curve.
 */
function influencesOfCells(compute: ConfusionMetric['compute'], confusion: number[][]): Float64Array | null {
  const value = compute(confusion);
  if (value === null) return null;
  const n = confusion.flat().reduce((sum, count) => sum + count, 0);
  const cells = new Float64Array(confusion.length ** 2);
  let mean = 0;
  for (const [i, row] of confusion.entries()) {
    for (const [j, count] of row.entries()) {
      if (count === 0) continue;
      row[j] = count + 1;
      const changed = compute(confusion);
      row[j] = count;
      if (changed === null) return null;
      cells[i * row.length + j] = (n + 1) * (changed - value);
      mean += (count / n) * cells[i * row.length + j]!;
    }
  }
  for (let cell = 0; cell < cells.length; cell++) cells[cell]! -= mean;
  return cells;
}
