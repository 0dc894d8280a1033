// Chart: reliability diagrams, a small one for each model with probabilities.

import * as Plot from '@observablehq/plot';
import { type Chart, draw, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { colour, KIND_COLOURS } from '../../document/chart-colours.ts';
import { percentage } from '../../document/format.ts';
import type { CalibrationBin } from '../model/image-data.ts';
import type { Comparison } from '../model/report-data.ts';
import { shorten } from './accuracy-chart.ts';

/** Diagrams next to each other. */
const COLUMNS = { wide: 4, narrow: 2 } as const satisfies Record<Room, number>;
const HEIGHT = { wide: 190, narrow: 150 } as const satisfies Record<Room, number>;

/**
 * Draws the reliability diagram of every model with probabilities.
 *
 * @param comparison any
 * @param room width of the chart
 * @returns null when there is no such model, or without test images
 */
export function calibrationChart({ images }: Comparison, room: Room): Chart | null {
  const all = images?.calibrations ?? [];
  if (all.length === 0) return null;
  const columns = COLUMNS[room];
  const placed = all.map((one, i) => ({ ...one, fx: i % columns, fy: Math.floor(i / columns) }));
  const points = placed.flatMap(({ bins, ...one }) => {
    const total = bins.reduce((sum, { images: count }) => sum + count, 0);
    return bins.map((bin) => ({ ...bin, ...one, size: Math.sqrt(bin.images / total), title: titleOf(one.name, bin) }));
  });
  const facets = { fx: 'fx', fy: 'fy' };
  const rows = Math.ceil(all.length / columns);
  const width = WIDTHS[room];
  const scale = { domain: [0, 1], ticks: [0, 0.5, 1], tickFormat: (value: number) => String(value * 100) };
  return draw('calibration', 'Accuracy of each model by its confidence, in ten bins.', {
    width,
    height: rows * HEIGHT[room] + 60,
    marginLeft: 44,
    marginRight: 16,
    marginTop: 28,
    marginBottom: 40,
    fx: { axis: null, padding: 0.14 },
    fy: { axis: null, padding: 0.2 },
    x: { ...scale, label: 'confidence, %', labelAnchor: 'center', labelArrow: 'none' },
    y: { ...scale, label: null, grid: true },
    r: { type: 'identity' },
    color: KIND_COLOURS,
    marks: [
      Plot.line(
        placed.flatMap(({ fx, fy }) => [0, 1].map((at) => ({ at, fx, fy }))),
        { x: 'at', y: 'at', z: null, ...facets, stroke: colour('faint'), strokeDasharray: '3 3' },
      ),
      Plot.ruleX(points, {
        x: 'confidence',
        y1: (bin: CalibrationBin) => bin.interval[0],
        y2: (bin: CalibrationBin) => bin.interval[1],
        ...facets,
        stroke: 'kind',
        strokeOpacity: 0.5,
      }),
      Plot.dot(points, {
        x: 'confidence',
        y: 'accuracy',
        ...facets,
        r: (bin: { size: number }) => 2 + 5 * bin.size,
        fill: 'kind',
        title: 'title',
      }),
      Plot.text(placed, {
        ...facets,
        frameAnchor: 'top-left',
        dy: -14,
        text: ({ name }: { name: string }) => shorten(name, width / columns - 20),
        fill: 'currentColor',
        fontWeight: 600,
      }),
    ],
  });
}

function titleOf(name: string, { images, confidence, accuracy }: CalibrationBin): string {
  return `${name}: ${images} images, mean confidence ${percentage(confidence)}, accuracy ${percentage(accuracy)}`;
}
