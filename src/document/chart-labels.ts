// Places names next to points so that they cover neither points nor each other.

import * as Plot from '@observablehq/plot';
import type { PlotElement } from './chart-canvas.ts';
import { colour } from './chart-colours.ts';

/** A point and its name. */
export interface NamedPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/**
 * Puts each name where it covers least: right of its point if there is space, else left, above or below.
 *
 * @param points in the units of the plot
 * @param plot drawn without the names
 */
export function placeLabels(points: readonly NamedPoint[], plot: PlotElement): Plot.Markish[] {
  const x = plot.scale('x')!;
  const y = plot.scale('y')!;
  const right = Number(plot.getAttribute('width')) - 2;
  const at = points.map((point) => ({ point, cx: x.apply(point.x) as number, cy: y.apply(point.y) as number }));
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
      x: 'x',
      y: 'y',
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
