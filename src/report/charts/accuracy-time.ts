// What accuracy costs: accuracy against seconds, with the line of models that no other beats in both.

import * as Plot from '@observablehq/plot';
import { duration, percent } from '../format.ts';
import { type Comparison, type FinishedRow, finishedCompetitors } from '../types.ts';
import {
  type Chart,
  colour,
  draw,
  KIND_COLOURS,
  KIND_SYMBOLS,
  type PlotElement,
  plotOn,
  type Room,
  WIDTHS,
} from './canvas.ts';

/** Which time is drawn. */
export type TimeKind = 'fit' | 'predict' | 'sum';

/** How each time is called in titles. */
export const TIME_NAMES: Readonly<Record<TimeKind, string>> = {
  fit: 'fit time',
  predict: 'prediction time',
  sum: 'fit and prediction time',
};

/** Below a millisecond a single run says nothing, and zero has no logarithm. */
const LEAST_SECONDS = 0.001;

interface Point {
  readonly name: string;
  readonly kind: string;
  readonly seconds: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly title: string;
}

/**
 * Draws accuracy against time on a logarithmic axis. Baselines are left out.
 *
 * @param comparison any
 * @param time which time is drawn
 * @param room how wide it may be
 * @returns null when no model but baselines has finished
 */
export function accuracyTimeChart(comparison: Comparison, time: TimeKind, room: Room): Chart | null {
  const points = finishedCompetitors(comparison)
    .filter(({ kind }) => kind !== 'baseline')
    .map((row) => toPoint(row, time));
  if (points.length === 0) return null;
  const front = paretoFront(points);
  const options: Plot.PlotOptions = {
    width: WIDTHS[room],
    height: room === 'wide' ? 400 : 330,
    marginLeft: 44,
    marginRight: room === 'wide' ? 40 : 24,
    marginBottom: 44,
    marginTop: 26,
    x: {
      type: 'log',
      domain: padLog(points.map(({ seconds }) => seconds)),
      label: `${TIME_NAMES[time]}, seconds (log scale)`,
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: decades(points.map(({ seconds }) => seconds)),
      tickFormat: (seconds: number) => String(seconds),
      grid: true,
    },
    y: { label: 'test accuracy, %', grid: true, nice: true, ticks: 6 },
    color: KIND_COLOURS,
    symbol: KIND_SYMBOLS,
    marks: [
      Plot.line(front, {
        x: 'seconds',
        y: 'accuracy',
        curve: 'step-after',
        stroke: colour('faint'),
        strokeDasharray: '4 4',
      }),
      Plot.ruleX(points, {
        x: 'seconds',
        y1: 'low',
        y2: 'high',
        stroke: 'kind',
        strokeWidth: 4,
        strokeOpacity: 0.3,
        strokeLinecap: 'round',
      }),
      Plot.dot(points, { x: 'seconds', y: 'accuracy', fill: 'kind', symbol: 'kind', r: 5.5, title: 'title' }),
    ],
  };
  const labels = placeLabels(points, plotOn(options));
  const description =
    `Accuracy against ${TIME_NAMES[time]}. ${points.map(({ title }) => title).join('; ')}. ` +
    `No other model is both faster and more accurate than: ${front.map(({ name }) => name).join(', ')}.`;
  return draw(`accuracy-${time}`, description, { ...options, marks: [...options.marks!, ...labels] });
}

/**
 * Keeps the points that no other beats in both time and accuracy, fastest first.
 *
 * @param points in any order
 */
export function paretoFront<T extends { readonly seconds: number; readonly accuracy: number }>(
  points: readonly T[],
): T[] {
  let best = Number.NEGATIVE_INFINITY;
  return points
    .toSorted((a, b) => a.seconds - b.seconds || b.accuracy - a.accuracy)
    .filter(({ accuracy }) => {
      const better = accuracy > best;
      best = Math.max(best, accuracy);
      return better;
    });
}

function toPoint(row: FinishedRow, time: TimeKind): Point {
  const { median } = { fit: row.fitSeconds, predict: row.predictSeconds, sum: row.sumSeconds }[time];
  return {
    name: row.name,
    kind: row.kind,
    seconds: Math.max(LEAST_SECONDS, median),
    accuracy: row.accuracy.mean * 100,
    low: row.interval[0] * 100,
    high: row.interval[1] * 100,
    title: `${row.name}: ${percent(row.accuracy.mean)} % in ${duration(median)}`,
  };
}

/** The powers of ten at or between the values' own, at least two. */
function decades(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, i) => 10 ** (first + i));
}

function padLog(values: readonly number[]): [number, number] {
  return [Math.min(...values) / 1.6, Math.max(...values) * 1.6];
}

/** Puts each name where it covers least: right of its point if there is room, else left, above or below. */
function placeLabels(points: readonly Point[], plot: PlotElement): Plot.Markish[] {
  const x = plot.scale('x')!;
  const y = plot.scale('y')!;
  const right = Number(plot.getAttribute('width')) - 2;
  const at = points.map((point) => ({ point, cx: x.apply(point.seconds), cy: y.apply(point.accuracy) }));
  const taken: Box[] = at.map(({ cx, cy }) => ({ left: cx - 7, right: cx + 7, top: cy - 7, bottom: cy + 7 }));
  return at.map(({ point, cx, cy }) => {
    const width = point.name.length * 6.7;
    const places = [
      { dx: 11, dy: 0, anchor: 'start' as const, left: cx + 11 },
      { dx: -11, dy: 0, anchor: 'end' as const, left: cx - 11 - width },
      ...[-16, 16, -30, 30].map((dy) => ({ dx: 0, dy, anchor: 'middle' as const, left: cx - width / 2 })),
      ...[-14, 14].map((dy) => ({ dx: 9, dy, anchor: 'start' as const, left: cx + 9 })),
      ...[-14, 14].map((dy) => ({ dx: -9, dy, anchor: 'end' as const, left: cx - 9 - width })),
    ].map((place) => ({
      ...place,
      box: { left: place.left, right: place.left + width, top: cy + place.dy - 7, bottom: cy + place.dy + 7 },
    }));
    const cost = ({ box }: { box: Box }): number =>
      taken.reduce((sum, other) => sum + overlap(box, other), 0) + (box.left < 44 || box.right > right ? 1e4 : 0);
    const place = places.reduce((best, other) => (cost(other) < cost(best) ? other : best));
    taken.push(place.box);
    return Plot.text([point], {
      x: 'seconds',
      y: 'accuracy',
      text: 'name',
      dx: place.dx,
      dy: place.dy,
      textAnchor: place.anchor,
      fill: 'currentColor',
      stroke: colour('paper'),
      strokeWidth: 4,
    });
  });
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
