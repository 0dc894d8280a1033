// Finding metrics in the list by their ids and by where they appear.
import { unknownName } from '../base/errors.ts';
import { allMetrics } from './all-metrics.ts';
import type { ConfusionMetric, Metric, MetricPlace, PredictionMetric } from './metric.ts';

/**
 * Finds a metric by its id.
 *
 * @throws UserError naming the known metrics when there is none of that id
 */
export function findMetric(id: string): Metric {
  const metric = allMetrics.find((one) => one.id === id);
  if (!metric) throw unknownName('metric', id, metricIds());
  return metric;
}

/** Lists the ids of all metrics. */
export function metricIds(): string[] {
  return allMetrics.map(({ id }) => id);
}

/**
 * Lists the metrics that appear in a place by default.
 *
 * @param place a table, or an option of the command line
 */
export function metricsIn(place: MetricPlace): Metric[] {
  return allMetrics.filter(({ showIn }) => showIn.includes(place));
}

/** Lists the metrics that are computed from predictions of the test images and stored in records. */
export function imageMetrics(): (ConfusionMetric | PredictionMetric)[] {
  return allMetrics.filter((metric) => metric.test === 'images');
}
