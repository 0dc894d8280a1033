// Chart: accuracy or loss of one model by epoch, on training and validation images.

import * as Plot from '@observablehq/plot';
import { type Chart, draw } from '../../document/chart-canvas.ts';
import { colour } from '../../document/chart-colours.ts';
import { fixed } from '../../document/format.ts';
import { type Curve, isFinishedRow, type Row } from '../model/row-data.ts';

/** Which values are drawn. */
export type CurveKind = 'accuracy' | 'loss';

interface Point {
  readonly epoch: number;
  readonly value: number;
  readonly series: 'training' | 'validation';
  readonly seed: number;
}

/**
 * Draws a learning curve, a line for each seed: training dashed, validation solid.
 *
 * @param row of a model without a finished fit: its fits until they ended
 * @param kind accuracy in percent, or loss
 * @returns null when the records have fewer than two points of this kind
 */
export function learningCurveChart(row: Row, kind: CurveKind): Chart | null {
  const points = pointsOf(curvesOf(row), kind);
  if (new Set(points.map(({ epoch }) => epoch)).size < 2) return null;
  const unit = kind === 'accuracy' ? 'accuracy, %' : 'loss';
  const ends = lastOf(points);
  const endText = ends.map(({ series, value }) => `${series} ${fixed(value, kind === 'accuracy' ? 2 : 4)}`).join(', ');
  const line = (series: Point['series'], options: Plot.LineOptions): Plot.Markish =>
    Plot.line(
      points.filter((point) => point.series === series),
      { x: 'epoch', y: 'value', z: 'seed', stroke: colour(series === 'training' ? 'faint' : 'deep'), ...options },
    );
  const kept = keptEpoch(row);
  const keptText = kept === null ? '' : ` The weights are those of epoch ${kept}.`;
  const statusText = isFinishedRow(row) ? '' : ` The fit did not finish: ${row.status}.`;
  return draw(
    `curve-${kind}-${row.slug}`,
    `${row.name}: ${unit} by epoch; at the end ${endText}.${keptText}${statusText}`,
    {
      width: 340,
      height: 210,
      marginLeft: 44,
      marginRight: 66,
      marginTop: 22,
      marginBottom: 34,
      insetBottom: 10,
      x: {
        label: 'epoch',
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: 5,
        tickFormat: (e: number) => (Number.isInteger(e) ? String(e) : ''),
      },
      y: { label: unit, labelArrow: 'none', grid: true, ticks: 5, nice: true },
      marks: [
        ...keptMarks(kept),
        line('training', { strokeWidth: 1.5, strokeDasharray: '4 3' }),
        line('validation', { strokeWidth: 2 }),
        ...spread(ends).map((end) =>
          Plot.text([end], {
            x: 'epoch',
            y: 'value',
            text: 'series',
            textAnchor: 'start',
            dx: 6,
            dy: end.dy,
            fill: colour(end.series === 'training' ? 'faint' : 'deep'),
          }),
        ),
      ],
    },
  );
}

/**
 * Returns the learning curves of a row: those of the finished fits, otherwise of the others.
 *
 * @param row any row
 */
export function curvesOf(row: Row): readonly Curve[] {
  return isFinishedRow(row) ? row.curves : row.unfinishedCurves;
}

function pointsOf(curves: readonly Curve[], kind: CurveKind): Point[] {
  const [trainKey, validationKey] =
    kind === 'accuracy' ? (['accuracy', 'validationAccuracy'] as const) : (['loss', 'validationLoss'] as const);
  const scale = kind === 'accuracy' ? 100 : 1;
  return curves.flatMap(({ seed, points: curve }) =>
    curve.flatMap((point): Point[] =>
      (
        [
          ['training', point[trainKey]],
          ['validation', point[validationKey]],
        ] as const
      ).flatMap(([series, value]) =>
        value === null ? [] : { epoch: point.epoch, value: value * scale, series, seed },
      ),
    ),
  );
}

/** A line at the epoch whose weights were kept. */
function keptMarks(kept: number | null): Plot.Markish[] {
  if (kept === null) return [];
  return [
    Plot.ruleX([kept], { stroke: colour('foreground'), strokeOpacity: 0.5 }),
    Plot.text([kept], {
      x: (epoch) => epoch,
      frameAnchor: 'top',
      dy: -12,
      text: () => `kept: ${kept}`,
      fontSize: 11,
    }),
  ];
}

/** The epoch whose weights a model of one seed kept, where that is not the last. */
function keptEpoch(row: Row): number | null {
  if (!isFinishedRow(row)) return null;
  const { notes, curves } = row;
  const kept = notes['epochKept'];
  const last = curves[0]?.points.at(-1)?.epoch;
  return typeof kept === 'number' && curves.length === 1 && kept !== last ? kept : null;
}

/** The last point of each series, of the first seed. */
function lastOf(points: readonly Point[]): Point[] {
  return (['training', 'validation'] as const).flatMap((series) => {
    const seed = points.find((point) => point.series === series)?.seed;
    return points.findLast((point) => point.series === series && point.seed === seed) ?? [];
  });
}

/** Moves the two names apart so that they do not overlap. */
function spread(ends: readonly Point[]): (Point & { dy: number })[] {
  return ends.map((end) => ({ ...end, dy: ends.some((other) => other.value > end.value) ? 7 : -7 }));
}
