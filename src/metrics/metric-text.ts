// Writes metrics for people: every table shows the same metric in the same form.
import { bytes, duration, fixed, NOT_AVAILABLE, percent, points } from '../document/format.ts';
import type { Metric, MetricUnit } from './metric.ts';

type Described = Pick<Metric, 'title' | 'unit'>;

const decimals = (value: number | null): string => fixed(value, 4);

const WRITE: Readonly<Record<MetricUnit, (value: number | null) => string>> = {
  fraction: percent,
  number: decimals,
  nats: decimals,
  seconds: duration,
  bytes,
};

/** What follows a number in a sentence. Times and sizes are written with their unit already. */
const SUFFIX: Readonly<Record<MetricUnit, string>> = {
  fraction: ' %',
  number: '',
  nats: ' nats',
  seconds: '',
  bytes: '',
};

/**
 * Writes the heading of a column: `accuracy, %`, `log loss, nats`, `fit`.
 *
 * @param metric any
 */
export function metricHeading({ title, unit }: Described): string {
  const suffix = SUFFIX[unit].trim();
  return suffix === '' ? title : `${title}, ${suffix}`;
}

/**
 * Writes a value as it stands below such a heading: `91.04`, `0.2571`, `5 min 29 s`.
 *
 * @param value null for `n/a`
 */
export function metricText({ unit }: Pick<Metric, 'unit'>, value: number | null): string {
  return WRITE[unit](value);
}

/**
 * Writes two values with the unit: `92.10 → 91.50 %`.
 *
 * @param before null for `n/a`
 * @param after null for `n/a`
 */
export function metricsText(metric: Pick<Metric, 'unit'>, before: number | null, after: number | null): string {
  const suffix = before === null && after === null ? '' : SUFFIX[metric.unit];
  return `${metricText(metric, before)} → ${metricText(metric, after)}${suffix}`;
}

/**
 * Writes a difference of two values of a metric tested on images, with its sign: `−0.60` percentage points, `+0.0125`.
 *
 * @param difference in the metric's unit
 */
export function metricDifference({ unit }: Pick<Metric, 'unit'>, difference: number): string {
  if (unit === 'fraction') return points(difference);
  return `${difference < 0 ? '−' : '+'}${decimals(Math.abs(difference))}`;
}

/**
 * Writes a difference of two times, with its sign unless it is below a millisecond: `+2 ms`, `−1.20 s`, `<1 ms`.
 *
 * @param seconds after minus before
 */
export function timeDifference(seconds: number): string {
  const size = duration(Math.abs(seconds));
  return size.startsWith('<') ? size : `${seconds < 0 ? '−' : '+'}${size}`;
}

/**
 * Writes a change: the difference of metrics tested on images, `−0.60`, the ratio of others, `×1.24`.
 *
 * @returns `n/a` where a value is missing or there is no ratio
 */
export function metricChange(
  metric: Pick<Metric, 'unit' | 'test'>,
  before: number | null,
  after: number | null,
): string {
  if (before === null || after === null) return NOT_AVAILABLE;
  if (metric.test === 'images') return metricDifference(metric, after - before);
  return before > 0 ? `×${(after / before).toPrecision(3)}` : NOT_AVAILABLE;
}
