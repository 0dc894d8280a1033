// The size and the logarithmic time axis of charts of accuracy against time.
import type * as Plot from '@observablehq/plot';
import { type Room, WIDTHS } from './chart-canvas.ts';
import { KIND_COLOURS } from './chart-colours.ts';

/**
 * Makes a horizontal axis of seconds.
 *
 * @param name of the time that is shown
 * @param seconds all above 0, at least one
 */
export function secondsAxis(name: string, seconds: readonly number[]): Plot.ScaleOptions {
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  return {
    type: 'log',
    domain: [least / 1.6, most * 1.6],
    label: `${name}, seconds (log scale)`,
    labelAnchor: 'center',
    labelArrow: 'none',
    ticks: decades(least, most),
    tickFormat: String,
    grid: true,
  };
}

/**
 * Sizes a chart of accuracies against seconds.
 *
 * @param room width of the chart
 * @param height pixels in either room
 */
export function secondsFrame(room: Room, height: Readonly<Record<Room, number>>): Plot.PlotOptions {
  return {
    width: WIDTHS[room],
    height: height[room],
    marginLeft: 44,
    marginRight: room === 'wide' ? 40 : 24,
    marginBottom: 44,
    marginTop: 26,
    color: KIND_COLOURS,
  };
}

/** The powers of ten around and between two values, at least two. */
function decades(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(most));
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, i) => 10 ** (first + i));
}
