// Chart: one metric over commits, a line for each model, steps marked.

import * as Plot from '@observablehq/plot';
import { isChanged } from '../../commits/compare/change-text.ts';
import type { HistoryLine, HistoryPoint, MachineHistory } from '../../commits/history/history-data.ts';
import { numberText, stateName, titleWithUnit, valueText } from '../../commits/history/history-text.ts';
import { type Chart, draw, type PlotElement, plotOn, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { colour, KIND_COLOURS } from '../../document/chart-colours.ts';
import { findMetric } from '../../metrics/find-metric.ts';
import type { MetricUnit } from '../../metrics/metric.ts';
import { labelWidth, shorten } from './accuracy-chart.ts';
import { spread } from './scaling-chart.ts';

/** A logarithmic axis has no zero; shorter times are too uncertain to show. */
const LEAST_SECONDS = 0.001;
/** Ticks of a logarithmic axis: few, and many. */
const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);
const TICKS = {
  seconds: [
    [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36_000, 360_000],
    [
      0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600,
      7200,
    ],
  ],
  other: [POWERS, POWERS.flatMap((power) => [power, 2 * power, 5 * power])],
};
/** The fewest ticks within the range for which each list is used. */
const FEWEST_TICKS = [3, 2];
/** Height of a name, and width of a rotated commit, in pixels. */
const [NAME_HEIGHT, COMMIT_WIDTH] = [14, 20];
const [MARGIN_LEFT, MARGIN_BOTTOM] = [78, 68];

interface Point {
  readonly name: string;
  readonly kind: string;
  /** The part of a line that is broken. */
  readonly part: string;
  readonly state: number;
  readonly value: number;
  readonly title: string;
  readonly step: 'better' | 'worse' | null;
}

/**
 * Draws one metric of all models except baselines, those measured once, and those that never took a millisecond. Times and
 * memory have a logarithmic axis.
 *
 * @param machine the history of one machine
 * @param metric one of its metrics
 * @param room width of the chart
 * @returns null when no model was measured twice
 */
export function historyChart(machine: MachineHistory, metric: string, room: Room): Chart | null {
  const { unit, test } = findMetric(metric);
  const lines = machine.lines
    .filter((line) => line.metric === metric && line.kind !== 'baseline')
    .map((line) => pointsOf(line, machine))
    .filter((points) => points.length > 1)
    .filter((points) => unit !== 'seconds' || points.some(({ value }) => value > LEAST_SECONDS));
  if (lines.length === 0) return null;
  const points = lines.flat();
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values) / 1.4, Math.max(...values) * 1.4];
  const marginRight = labelWidth(
    lines.map(([first]) => first!.name),
    room,
  );
  const options: Plot.PlotOptions = {
    width: WIDTHS[room],
    height: Math.max(room === 'wide' ? 400 : 360, lines.length * NAME_HEIGHT + MARGIN_BOTTOM + 40),
    marginLeft: MARGIN_LEFT,
    marginRight,
    marginBottom: MARGIN_BOTTOM,
    marginTop: 26,
    x: {
      type: 'point',
      domain: machine.states.map((_, i) => i),
      ticks: shownCommits(machine.states.length, points, WIDTHS[room] - MARGIN_LEFT - marginRight),
      tickFormat: (i: number) => stateName(machine.states[i]!),
      tickRotate: -40,
      label: null,
      grid: true,
      padding: 0.2,
    },
    y:
      test === 'images'
        ? { label: titleWithUnit(metric), labelArrow: 'none', grid: true, nice: true, ticks: 6, inset: 6 }
        : { type: 'log', domain: [low, high], axis: null },
    color: KIND_COLOURS,
    marks: [...(test === 'images' ? [] : logAxis(metric, ticksWithin(unit, low, high))), ...lineMarks(points, room)],
  };
  const names = nameEnds(
    lines.map((line) => line.at(-1)!),
    plotOn(options),
    machine.states.length - 1,
    marginRight,
  );
  return draw(`history-${metric}`, describe(machine, metric, lines), {
    ...options,
    marks: [...options.marks!, ...names],
  });
}

function lineMarks(points: readonly Point[], room: Room): Plot.Markish[] {
  // A finger does not hover.
  const title = room === 'wide' ? { title: 'title' } : {};
  return [
    Plot.line(points, { x: 'state', y: 'value', z: 'part', stroke: 'kind', strokeOpacity: 0.6 }),
    Plot.dot(points, {
      x: 'state',
      y: 'value',
      r: 2.5,
      fill: 'kind',
      ...title,
    }),
    ...(['better', 'worse'] as const).map((step) =>
      Plot.dot(
        points.filter((point) => point.step === step),
        {
          x: 'state',
          y: 'value',
          r: 6,
          symbol: 'triangle',
          rotate: step === 'better' ? 0 : 180,
          fill: colour('foreground'),
          stroke: colour('paper'),
          ...title,
        },
      ),
    ),
  ];
}

function pointsOf({ name, kind, metric, points }: HistoryLine, { states }: MachineHistory): Point[] {
  let part = 0;
  return points.flatMap((point): Point[] => {
    const { state, value, change } = point;
    if (value === null) return [];
    // Measurements under different conditions are not joined.
    if (change?.verdict === 'incomparable') part++;
    return [
      {
        name,
        kind,
        part: `${name} ${part}`,
        state,
        value: onAxis(metric, value),
        title: `${name} at ${stateName(states[state]!)}: ${pointText(metric, point)}`,
        step: change && isChanged(change) ? (change.verdict as 'better' | 'worse') : null,
      },
    ];
  });
}

function onAxis(metric: string, value: number): number {
  const { unit } = findMetric(metric);
  if (unit === 'fraction') return value * 100;
  return unit === 'seconds' ? Math.max(LEAST_SECONDS, value) : value;
}

function pointText(metric: string, point: HistoryPoint): string {
  const step = point.change && isChanged(point.change) ? `, ${point.change.verdict} than before` : '';
  return `${valueText(metric, point)}${step}`;
}

/** An explicit axis: the default of a logarithmic scale labels only powers of ten. */
function logAxis(metric: string, ticks: readonly number[]): Plot.Markish[] {
  return [
    Plot.gridY(ticks),
    Plot.axisY(ticks, {
      text: (tick: number) => numberText(metric, tick),
      label: `${titleWithUnit(metric)} (log scale)`,
      labelArrow: 'none',
    }),
  ];
}

/** Round numbers; where fewer than two are in the range, some that divide it. */
function ticksWithin(unit: MetricUnit, low: number, high: number): number[] {
  const round = TICKS[unit === 'seconds' ? 'seconds' : 'other']
    .map((all) => all.filter((tick) => tick >= low && tick <= high))
    .find((within, i) => within.length >= FEWEST_TICKS[i]!);
  return round ?? [1 / 6, 1 / 2, 5 / 6].map((share) => low ** (1 - share) * high ** share);
}

/** The commits that the axis labels: those of steps, the first and the last, then all that have room. */
function shownCommits(count: number, points: readonly Point[], width: number): number[] {
  const gap = Math.ceil((COMMIT_WIDTH * count) / width);
  const steps = points.filter(({ step }) => step !== null).map(({ state }) => state);
  const shown: number[] = [];
  for (const state of [...steps, 0, count - 1, ...Array.from({ length: count }, (_, i) => i)]) {
    if (shown.every((other) => Math.abs(other - state) >= gap)) shown.push(state);
  }
  return shown;
}

/** Names each line at the right edge; dots lead there from lines that end early. */
function nameEnds(ends: readonly Point[], plot: PlotElement, last: number, room: number): Plot.Markish[] {
  const y = plot.scale('y')!;
  const column = ends.map((end) => ({ end, at: y.apply(end.value) as number })).sort((a, b) => a.at - b.at);
  const places = spread(column.map(({ at }) => at));
  const early = ends.filter(({ state }) => state < last);
  return [
    Plot.link(early, {
      x1: 'state',
      x2: () => last,
      y1: 'value',
      y2: 'value',
      stroke: 'kind',
      strokeOpacity: 0.5,
      strokeDasharray: '1 4',
    }),
    ...column.map(({ end, at }, i) =>
      Plot.text([end], {
        x: () => last,
        y: 'value',
        text: ({ name }: Point) => shorten(name, room),
        dx: 10,
        dy: places[i]! - at,
        textAnchor: 'start',
        fill: 'kind',
        stroke: colour('paper'),
        strokeWidth: 4,
      }),
    ),
  ];
}

function describe({ states }: MachineHistory, metric: string, lines: readonly Point[][]): string {
  const [first, last] = [states[0]!, states.at(-1)!].map(stateName);
  const models = lines.map((points) => {
    const steps = points.filter(({ step }) => step !== null);
    const ends = [points[0]!, points.at(-1)!].map(({ title }) => title.slice(points[0]!.name.length));
    return [
      `${points[0]!.name}${ends.join(', then')}`,
      ...steps.map(({ step, state }) => `${step} at ${stateName(states[state]!)}`),
    ].join(', ');
  });
  return `${titleWithUnit(metric)}, over commits ${first} to ${last}. ${models.join('; ')}.`;
}
