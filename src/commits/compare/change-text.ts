// Texts about one metric of one model, before and after. Not escaped.
import type { Tone } from '../../document/blocks.ts';
import { NOT_AVAILABLE } from '../../document/format.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import { metricChange, metricDifference, metricsText, timeDifference } from '../../metrics/metric-text.ts';
import type { MetricChange, Verdict } from './diff-data.ts';

export const MARKS: Readonly<Record<Verdict, string>> = {
  better: '▲',
  worse: '▼',
  same: '=',
  inconclusive: '≈',
  unmeasured: '–',
  incomparable: '≠',
};

/** Names a metric as tables do. */
export function titleOf(id: string): string {
  return findMetric(id).title;
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
  return metricsText(findMetric(metric), before, after);
}

/** Writes the change without its interval: `−0.60`, `×1.24`. Times that are the same despite their ratio have `+2 ms`. */
export function shortChange({ metric: id, verdict, before, after }: MetricChange): string {
  const metric = findMetric(id);
  if (verdict === 'same' && metric.unit === 'seconds' && before !== null && after !== null) {
    const ratio = Math.max(before, after) / Math.min(before, after);
    if (!(ratio < metric.minimumEffect)) return timeDifference(after - before);
  }
  return metricChange(metric, before, after);
}

/** Writes the change with its interval, for a column that has no room for the unit: `−0.60 (−1.00 to −0.21)`, `×1.24`. */
export function changeText(change: MetricChange): string {
  return `${shortChange(change)}${intervalText(change)}`;
}

/** Writes the change with its unit and its interval: `−0.60 points (−1.00 to −0.21)`, `×1.24`. */
export function changeWithUnit(change: MetricChange): string {
  const short = shortChange(change);
  const unit = findMetric(change.metric).unit === 'fraction' && short !== NOT_AVAILABLE ? ' points' : '';
  return `${short}${unit}${intervalText(change)}`;
}

function intervalText(change: MetricChange): string {
  const metric = findMetric(change.metric);
  if (metric.test !== 'images' || !change.interval || shortChange(change) === NOT_AVAILABLE) return '';
  return ` (${change.interval.map((end) => metricDifference(metric, end)).join(' to ')})`;
}

/** Writes mark and change for a table of many models: `▼ −0.60`. */
export function overviewText(change: MetricChange): string {
  const short = shortChange(change);
  return short === NOT_AVAILABLE ? MARKS[change.verdict] : `${MARKS[change.verdict]} ${short}`;
}
