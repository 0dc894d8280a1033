// What accuracy costs: accuracy against seconds, with the line of models that no other beats in both.

import * as Plot from '@observablehq/plot';
import { type Chart, draw, plotOn, type Room } from '../../document/chart-canvas.ts';
import { colour, KIND_SYMBOLS } from '../../document/chart-colours.ts';
import { placeLabels } from '../../document/chart-labels.ts';
import { duration, percent } from '../../document/format.ts';
import { secondsAxis, secondsFrame } from '../../document/seconds-axis.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';

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
  const points = finishedModels(comparison)
    .filter(({ kind }) => kind !== 'baseline')
    .map((row) => toPoint(row, time));
  if (points.length === 0) return null;
  const front = paretoFront(points);
  const options: Plot.PlotOptions = {
    ...secondsFrame(room, { wide: 400, narrow: 330 }),
    x: secondsAxis(
      TIME_NAMES[time],
      points.map(({ seconds }) => seconds),
    ),
    y: { label: 'test accuracy, %', grid: true, nice: true, ticks: 6 },
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
  const labels = placeLabels(
    points.map(({ name, seconds, accuracy }) => ({ name, x: seconds, y: accuracy })),
    plotOn(options),
  );
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
