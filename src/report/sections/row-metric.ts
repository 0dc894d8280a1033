// The value of a metric that stands for all fits of a row.
import type { Metric } from '../../metrics/metric.ts';
import { metricText } from '../../metrics/metric-text.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { accuracyWithInterval } from './row-text.ts';

/**
 * Gives the value of a metric that stands for a row: the mean over seeds, of times the median over runs, of sizes in
 * memory the highest over runs.
 *
 * @param row a finished row
 * @param metric any metric of the list
 * @returns null where no fit has a value
 */
export function rowValue(row: FinishedRow, metric: Metric): number | null {
  const summary = row.metrics[metric.id];
  if (!summary) return null;
  if (metric.test === 'images') return summary.mean;
  return metric.unit === 'bytes' ? summary.max : summary.median;
}

/**
 * Writes the value of a metric that stands for a row, the accuracy with half the width of its 95 % interval.
 *
 * @param row a finished row
 * @param metric any metric of the list
 */
export function rowText(row: FinishedRow, metric: Metric): string {
  return metric.id === 'accuracy' ? accuracyWithInterval(row) : metricText(metric, rowValue(row, metric));
}
