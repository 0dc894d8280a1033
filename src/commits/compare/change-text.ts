// Texts about one metric of one model, before and after. Not escaped.
import type { Tone } from '../../document/blocks.ts';
import { bytes, duration, NOT_AVAILABLE, percent, points } from '../../document/format.ts';
import { METRICS } from './compared-metrics.ts';
import type { MetricChange, MetricId, Verdict } from './diff-data.ts';

export const MARKS: Readonly<Record<Verdict, string>> = {
  better: '▲',
  worse: '▼',
  same: '=',
  inconclusive: '≈',
  unmeasured: '–',
  incomparable: '≠',
};

/** Names a metric as tables do. */
export function titleOf(id: MetricId): string {
  return METRICS.find((metric) => metric.id === id)!.title;
}

function unitOf(id: MetricId): 'share' | 'seconds' | 'bytes' {
  return METRICS.find((metric) => metric.id === id)!.unit;
}

/** Tells whether a metric became better or worse. */
export function isChanged({ verdict }: MetricChange): boolean {
  return verdict === 'better' || verdict === 'worse';
}

/** Writes the verdict with its mark: `▲ better`. */
export function verdictText({ verdict }: MetricChange): string {
  return `${MARKS[verdict]} ${verdict}`;
}

/** Gives the tone of a verdict. */
export function toneOf({ verdict }: MetricChange): Tone {
  return verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : 'even';
}

/** Writes both values: `92.10 → 91.50 %`. */
export function valuesText({ metric, before, after }: MetricChange): string {
  const unit = unitOf(metric);
  if (unit === 'share') {
    return `${percent(before)} → ${percent(after)}${before === null && after === null ? '' : ' %'}`;
  }
  const write = unit === 'seconds' ? duration : bytes;
  return `${write(before)} → ${write(after)}`;
}

/** Writes the change without its interval: `−0.60`, `×1.24`. */
export function shortChange({ metric, before, after }: MetricChange): string {
  if (before === null || after === null) return NOT_AVAILABLE;
  if (unitOf(metric) === 'share') return points(after - before);
  return before > 0 ? `×${(after / before).toPrecision(3)}` : NOT_AVAILABLE;
}

/** Writes the change with its interval, for a column that names the unit: `−0.60 (−1.00 to −0.21)`, `×1.24`. */
export function changeText(change: MetricChange): string {
  return `${shortChange(change)}${intervalText(change)}`;
}

/** Writes the change with its unit and its interval: `−0.60 points (−1.00 to −0.21)`, `×1.24`. */
export function changeWithUnit(change: MetricChange): string {
  const short = shortChange(change);
  const unit = unitOf(change.metric) === 'share' && short !== NOT_AVAILABLE ? ' points' : '';
  return `${short}${unit}${intervalText(change)}`;
}

function intervalText(change: MetricChange): string {
  const { metric, interval } = change;
  if (unitOf(metric) !== 'share' || !interval || shortChange(change) === NOT_AVAILABLE) return '';
  return ` (${interval.map(points).join(' to ')})`;
}

/** Writes mark and change for a table of many models: `▼ −0.60`. */
export function overviewText(change: MetricChange): string {
  const short = shortChange(change);
  return short === NOT_AVAILABLE ? MARKS[change.verdict] : `${MARKS[change.verdict]} ${short}`;
}
