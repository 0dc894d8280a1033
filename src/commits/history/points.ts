// One metric of the fits of a model at one commit.
import type { Metric } from '../../metrics/metric.ts';
import { metricValue } from '../../metrics/metric-value.ts';
import { type FitRecord, isFinished } from '../../results/schema.ts';
import { oneOfEachSeed } from '../../results/select.ts';
import { summarize } from '../../stats/summary.ts';
import type { Run } from './change-points.ts';
import type { HistoryPoint } from './history-data.ts';

/**
 * Lists the runs that count. Of times and memory all runs count, of shares one run for each seed.
 *
 * @param records of one model at one commit
 * @param metric one metric
 */
export function runsOf(records: readonly FitRecord[], metric: Metric): Run[] {
  const finished = records.filter(isFinished);
  const counting = metric.test === 'runs' ? finished : oneOfEachSeed(finished);
  return counting.flatMap((record) => {
    const value = metricValue(metric, record);
    return value === null ? [] : { value, fit: metric.test === 'runs' ? null : record.predictions, record };
  });
}

/**
 * Summarizes the fits of a model at one commit.
 *
 * @param records of one model at one commit
 * @param metric one metric
 * @param state index of the measured commit
 */
export function pointOf(records: readonly FitRecord[], metric: Metric, state: number): Omit<HistoryPoint, 'change'> {
  const failures = records.flatMap((record) =>
    isFinished(record) ? [] : `seed ${record.seed}: ${record.error.message}`,
  );
  const values = runsOf(records, metric).map(({ value }) => value);
  if (values.length === 0) return { state, value: null, sd: null, range: null, count: 0, failures };
  const { mean, sd, median, min, max, count } = summarize(values);
  return metric.test === 'runs'
    ? { state, value: median, sd: null, range: count > 1 ? [min, max] : null, count, failures }
    : { state, value: mean, sd, range: null, count, failures };
}
