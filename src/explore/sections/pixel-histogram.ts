// The histogram of the grey values.
import * as Plot from '@observablehq/plot';
import { type Chart, draw, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { colour } from '../../document/chart-colours.ts';
import { integer } from '../../document/format.ts';
import type { Exploration } from '../explore-dataset.ts';

/** The bottom of the logarithmic bars, below 1 so that a count of one pixel is visible. */
const BOTTOM = 0.5;

/**
 * Draws how often each grey value occurs in the training images, on a logarithmic axis.
 *
 * @param room how wide it may be
 */
export function pixelHistogram({ pixels: { train } }: Exploration, room: Room): Chart {
  const bars = train.histogram.flatMap((count, value) => (count > 0 ? [{ value, count }] : []));
  const mostFrequent = bars.reduce((best, bar) => (bar.count > best.count ? bar : best));
  const description =
    `How often each grey value occurs in the training images, on a logarithmic axis: ${integer(mostFrequent.count)} pixels ` +
    `have the most frequent value, ${mostFrequent.value}.`;
  return draw('pixel-histogram', description, {
    width: WIDTHS[room],
    height: room === 'wide' ? 300 : 240,
    marginLeft: 52,
    marginBottom: 40,
    x: {
      label: 'grey value',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [0, 256],
      ticks: [0, 50, 100, 150, 200, 255],
    },
    y: { type: 'log', label: 'pixels (log scale)', labelArrow: 'none', grid: true, ticks: 5, tickFormat: '~s' },
    marks: [
      Plot.rect(bars, {
        x1: 'value',
        x2: ({ value }: { value: number }) => value + 1,
        y1: BOTTOM,
        y2: 'count',
        fill: colour('traditional'),
        title: ({ value, count }: { value: number; count: number }) => `${value}: ${integer(count)} pixels`,
      }),
    ],
  });
}
