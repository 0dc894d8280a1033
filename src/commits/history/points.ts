// One metric of the fits at one state: the value that stands for them, and the runs behind it.

import type { Metric } from '../../metrics/metric.ts';
import { metricValue } from '../../metrics/metric-value.ts';
import { type FitRecord, isFinished } from '../../results/schema.ts';
import { oneOfEachSeed } from '../../results/select.ts';
import { summarize } from '../../stats/summary.ts';
import type { Run } from './change-points.ts';
import type { HistoryPoint } from './history-data.ts';

/**
 * Lists the runs that count: of times and memory all, of shares one a seed, for a repeat of a seed adds none.
 *
 * @param records of one model at one state
 * @param metric what was measured
 */
export function runsOf(records: readonly FitRecord[], metric: Metric): Run[] {
  const finished = records.filter(isFinished);
  const counting = metric.test === 'runs' ? finished : oneOfEachSeed(finished);
  return counting.flatMap((record) => {
    const value = metricValue(metric, record);
    return value === null ? [] : { value, fit: metric.test === 'runs' ? null : record.predictions };
  });
}

/**
 * Sums up the fits of a state.
 *
 * @param records of one model at one state
 * @param metric what was measured
 * @param state index of the state
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
