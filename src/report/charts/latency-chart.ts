// Chart: median and 99th percentile of one prediction call, by batch size.

import * as Plot from '@observablehq/plot';
import { type Chart, draw, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { KIND_COLOURS, KIND_SYMBOLS } from '../../document/chart-colours.ts';
import { counted, milliseconds } from '../../document/format.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { labelWidth, shorten } from './accuracy-chart.ts';

/**
 * Draws latencies on a logarithmic axis, a facet for each batch size: a dot at the median, a line to the 99th percentile.
 *
 * @param comparison any
 * @param room width of the chart
 * @returns null when no record has latencies
 */
export function latencyChart(comparison: Comparison, room: Room): Chart | null {
  const rows = finishedModels(comparison).filter(({ latency }) => latency.length > 0);
  if (rows.length === 0) return null;
  const points = rows.flatMap(pointsOf);
  const names = rows.map(({ name }) => name);
  const batches = [...new Set(points.map(({ batch }) => batch))].sort((a, b) => a - b);
  const marginLeft = labelWidth(names, room);
  return draw('latency', `Prediction latency. ${points.map(({ title }) => title).join('; ')}.`, {
    width: WIDTHS[room],
    height: batches.length * (names.length * 20 + 34) + 60,
    marginLeft,
    marginRight: 20,
    marginTop: 26,
    marginBottom: 42,
    x: {
      type: 'log',
      label: 'milliseconds per call (log scale)',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      ticks: 4,
      tickFormat: (ms: number) => (Number.isInteger(Math.round(Math.log10(ms) * 1e9) / 1e9) ? String(ms) : ''),
    },
    y: { domain: names, label: null, tickSize: 0, tickFormat: (name: string) => shorten(name, marginLeft) },
    fy: { domain: batches, label: null, axis: null, padding: 0.16 },
    color: KIND_COLOURS,
    symbol: KIND_SYMBOLS,
    marks: [
      Plot.text(batches, {
        fy: (batch: number) => batch,
        text: (batch: number) => `${counted(batch, 'image')} per call`,
        frameAnchor: 'top-left',
        dy: -14,
        fontWeight: 600,
        fill: 'currentColor',
      }),
      Plot.ruleY(points, {
        fy: 'batch',
        y: 'name',
        x1: 'median',
        x2: 'p99',
        stroke: 'kind',
        strokeWidth: 3,
        strokeOpacity: 0.4,
      }),
      Plot.dot(points, {
        fy: 'batch',
        y: 'name',
        x: 'median',
        fill: 'kind',
        stroke: 'kind',
        symbol: 'kind',
        r: 4.5,
        title: 'title',
      }),
    ],
  });
}

function pointsOf({ name, kind, latency }: FinishedRow) {
  // A logarithmic axis has no zero; a microsecond is below the resolution of the clock.
  return latency.map((one) => ({
    name,
    kind,
    batch: one.batch,
    median: Math.max(0.001, one.medianMs),
    p99: Math.max(0.001, one.p99Ms),
    title: `${name}, ${counted(one.batch, 'image')} per call: median ${milliseconds(one.medianMs)}, p99 ${milliseconds(one.p99Ms)}`,
  }));
}
