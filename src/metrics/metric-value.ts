// Reads a metric from a record.
import type { FinishedRecord } from '../results/schema.ts';
import type { Metric } from './metric.ts';

/**
 * Reads a metric of a fit: as stored or as measured. What a record was written without is computed from its confusion
 * matrix if that is enough.
 *
 * @returns null where the metric is not defined, was not measured or cannot be computed any more
 */
export function metricValue(metric: Metric, record: FinishedRecord): number | null {
  if (metric.test === 'runs') return metric.of(record);
  const stored = record.metrics[metric.key];
  if (stored === null || typeof stored === 'number') return stored;
  return metric.from === 'confusion' ? metric.compute(record.metrics.confusion) : null;
}
