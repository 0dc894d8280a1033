// How soon models that learn in epochs become good: validation accuracy against seconds of training, epoch by epoch.

import * as Plot from '@observablehq/plot';
import { type Chart, draw, plotOn, type Room } from '../../document/chart-canvas.ts';
import { placeLabels } from '../../document/chart-labels.ts';
import { duration, percent } from '../../document/format.ts';
import { secondsAxis, secondsFrame } from '../../document/seconds-axis.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';

interface Point {
  readonly name: string;
  readonly kind: string;
  readonly seconds: number;
  /** In percent. */
  readonly accuracy: number;
  readonly title: string;
}

/**
 * Draws a line a model, of its first seed, with a point an epoch.
 *
 * @param comparison any
 * @param room how wide it may be
 * @returns null when no model has two epochs with a validation accuracy
 */
export function timeToAccuracyChart(comparison: Comparison, room: Room): Chart | null {
  const lines = finishedModels(comparison)
    .map(pointsOf)
    .filter((points) => points.length > 1);
  if (lines.length === 0) return null;
  const points = lines.flat();
  const options: Plot.PlotOptions = {
    ...secondsFrame(room, { wide: 420, narrow: 360 }),
    x: secondsAxis(
      'training time',
      points.map(({ seconds }) => seconds),
    ),
    y: { label: 'validation accuracy, %', labelArrow: 'none', grid: true, nice: true, ticks: 6 },
    marks: [
      Plot.line(points, { x: 'seconds', y: 'accuracy', z: 'name', stroke: 'kind', strokeOpacity: 0.55 }),
      Plot.dot(points, { x: 'seconds', y: 'accuracy', r: 2.5, fill: 'kind', title: 'title' }),
    ],
  };
  const ends = lines.map((line) => line.at(-1)!);
  const labels = placeLabels(
    ends.map(({ name, seconds, accuracy }) => ({ name, x: seconds, y: accuracy })),
    plotOn(options),
  );
  const description = `Validation accuracy against training time. ${ends.map(({ title }) => title).join('; ')}.`;
  return draw('time-to-accuracy', description, { ...options, marks: [...options.marks!, ...labels] });
}

function pointsOf({ name, kind, curves }: FinishedRow): Point[] {
  return (curves[0]?.points ?? []).flatMap(({ epoch, seconds, validationAccuracy: accuracy }) =>
    accuracy === null || seconds <= 0
      ? []
      : {
          name,
          kind,
          seconds,
          accuracy: accuracy * 100,
          title: `${name}: ${percent(accuracy)} % after epoch ${epoch}, ${duration(seconds)}`,
        },
  );
}
