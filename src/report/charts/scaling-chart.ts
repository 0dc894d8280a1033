// How cost grows: seconds against images on logarithmic axes, a line a model, those of libraries dashed.

import * as Plot from '@observablehq/plot';
import { groupBy } from '../../base/group-by.ts';
import { type Chart, draw, type PlotElement, plotOn, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { colour } from '../../document/chart-colours.ts';
import { duration, integer } from '../../document/format.ts';
import type { ScalingLine, ScalingPart } from '../model/part-data.ts';
import { shorten } from './accuracy-chart.ts';

/** Below a millisecond a single run says nothing, and zero has no logarithm. */
const LEAST_SECONDS = 0.001;
/** Between the names at the lines' ends, in pixels. */
const LINE_HEIGHT = 14;

interface Point {
  readonly modelId: string;
  readonly isLibrary: boolean;
  readonly images: number;
  readonly seconds: number;
  readonly title: string;
}

/**
 * Draws the seconds of fit and prediction by images fitted on.
 *
 * @param growth one part
 * @param room how wide it may be
 * @returns null when no model has two sizes
 */
export function scalingChart(scaling: ScalingPart, room: Room): Chart | null {
  const lines = scaling.lines.filter(({ points }) => points.length > 0);
  if (!lines.some(({ points }) => points.length > 1)) return null;
  const points = lines.flatMap(pointsOf);
  const stroke = ({ isLibrary }: Point): string => colour(isLibrary ? 'deep' : 'traditional');
  const longest = Math.max(...lines.map(({ modelId }) => modelId.length));
  const marginRight = Math.min(room === 'wide' ? 210 : 124, longest * 6.7 + 16);
  const options: Plot.PlotOptions = {
    width: WIDTHS[room],
    height: Math.max(room === 'wide' ? 420 : 380, lines.length * LINE_HEIGHT + 80),
    marginLeft: 48,
    marginRight,
    marginBottom: 44,
    marginTop: 26,
    x: {
      type: 'log',
      label: 'images fitted on (log scale)',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: [...scaling.sizes],
      tickFormat: (images: number) => (images < 1000 ? String(images) : `${images / 1000}k`),
      grid: true,
      inset: 6,
    },
    y: {
      type: 'log',
      label: 'fit + predict, seconds (log scale)',
      labelArrow: 'none',
      domain: padLog(points.map(({ seconds }) => seconds)),
      ticks: ticksOf(padLog(points.map(({ seconds }) => seconds))),
      tickFormat: String,
      grid: true,
    },
    marks: [
      ...[false, true].map((isLibrary) =>
        Plot.line(
          points.filter((point) => point.isLibrary === isLibrary),
          {
            x: 'images',
            y: 'seconds',
            z: 'modelId',
            stroke: colour(isLibrary ? 'deep' : 'traditional'),
            strokeWidth: 2,
            ...(isLibrary && { strokeDasharray: '6 4' }),
          },
        ),
      ),
      Plot.dot(points, { x: 'images', y: 'seconds', r: 3.5, fill: stroke, title: 'title' }),
    ],
  };
  const description =
    `Seconds of fit and prediction by images fitted on. ${lines.map(inWords).join('; ')}. ` +
    'Lines of libraries are dashed.';
  const labels = labelEnds(points, plotOn(options), room);
  return draw('growth', description, { ...options, marks: [...options.marks!, ...labels] });
}

function pointsOf({ modelId, isLibrary, points }: ScalingLine): Point[] {
  return points.map(({ images, seconds }) => ({
    modelId,
    isLibrary,
    images,
    seconds: Math.max(LEAST_SECONDS, seconds),
    title: `${modelId}: ${duration(seconds)} on ${integer(images)} images`,
  }));
}

function inWords({ modelId, points }: ScalingLine): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  return first === last
    ? `${modelId}: ${duration(first.seconds)} on ${integer(first.images)}`
    : `${modelId}: ${duration(first.seconds)} on ${integer(first.images)} to ${duration(last.seconds)} on ${integer(last.images)}`;
}

/**
 * Names each line right of its end; of lines that end at one size the names are moved apart, and in a narrow room, where
 * names reach beyond the next size, those of all that end early.
 */
function labelEnds(points: readonly Point[], plot: PlotElement, room: Room): Plot.Markish[] {
  const x = plot.scale('x')!;
  const y = plot.scale('y')!;
  const right = Number(plot.getAttribute('width'));
  const ends = points
    .filter(({ modelId }, i) => points[i + 1]?.modelId !== modelId)
    .map((point) => ({ point, at: y.apply(point.seconds) as number }));
  const largest = Math.max(...points.map(({ images }) => images));
  const columnOf = ({ images }: Point): string => (room === 'wide' ? String(images) : String(images === largest));
  return [...groupBy(ends, ({ point }) => columnOf(point)).values()].flatMap((group) => {
    const column = group.sort((a, b) => a.at - b.at);
    const places = spread(column.map(({ at }) => at));
    return column.map(({ point, at }, i) =>
      Plot.text([point], {
        x: 'images',
        y: 'seconds',
        text: ({ modelId }: Point) => shorten(modelId, right - x.apply(point.images)),
        dx: 8,
        dy: places[i]! - at,
        textAnchor: 'start',
        fill: colour(point.isLibrary ? 'deep' : 'traditional'),
        stroke: colour('paper'),
        strokeWidth: 4,
      }),
    );
  });
}

/**
 * Moves places apart as little as it takes for a line of text each.
 *
 * @param wanted pixels, ascending
 * @returns pixels, ascending, at least a line's height apart; each run of neighbours stays about its own middle
 */
export function spread(wanted: readonly number[]): number[] {
  const runs: number[][] = [];
  const middle = (run: readonly number[]): number => run.reduce((sum, at) => sum + at, 0) / run.length;
  for (const at of wanted) {
    let run = [at];
    for (
      let above = runs.at(-1);
      above && middle(run) - middle(above) < ((run.length + above.length) / 2) * LINE_HEIGHT;
      above = runs.at(-1)
    ) {
      run = [...runs.pop()!, ...run];
    }
    runs.push(run);
  }
  return runs.flatMap((run) => run.map((_, i) => middle(run) + (i - (run.length - 1) / 2) * LINE_HEIGHT));
}

function padLog(seconds: readonly number[]): [low: number, high: number] {
  return [Math.min(...seconds) / 1.4, Math.max(...seconds) * 1.4];
}

/** The powers of ten within a range; where there are few, their double and fivefold too. */
function ticksOf([low, high]: readonly [number, number]): number[] {
  const exponents = Array.from({ length: 40 }, (_, i) => i - 20);
  const steps = high / low < 1000 ? [1, 2, 5] : [1];
  // Of the decimal text, since a product such as 5 x 0.1 x 0.1 would carry its rounding into the label.
  return exponents
    .flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)))
    .filter((tick) => tick >= low && tick <= high);
}
