// The leaderboard as a picture: accuracy of each model with its 95 % interval, printed results beside.

import * as Plot from '@observablehq/plot';
import { type Chart, draw, type Room, WIDTHS } from '../../document/chart-canvas.ts';
import { colour, KIND_COLOURS, KIND_SYMBOLS } from '../../document/chart-colours.ts';
import { percent } from '../../document/format.ts';
import { type Comparison, finishedModels } from '../model/report-data.ts';
import type { FinishedRow } from '../model/row-data.ts';

/**
 * Draws accuracies with their intervals, best on top. Baselines are left out: they would squeeze the others together.
 *
 * @param comparison any
 * @param room how wide it may be
 * @returns null when no model but baselines has finished
 */
export function accuracyChart(comparison: Comparison, room: Room): Chart | null {
  const rows = finishedModels(comparison).filter(({ kind }) => kind !== 'baseline');
  if (rows.length === 0) return null;
  const names = rows.map(({ name }) => name);
  const label = labelWidth(names, room);
  const published = rows.flatMap((row) => row.published.map((one) => ({ ...one, name: row.name })));
  const title = (row: FinishedRow): string =>
    `${row.name}: ${percent(row.accuracy.mean)} % (${percent(row.interval[0])} to ${percent(row.interval[1])})`;
  return draw('accuracy', `Accuracy with 95 % intervals. ${rows.map(title).join('; ')}.`, {
    width: WIDTHS[room],
    height: rows.length * 30 + 62,
    marginLeft: label,
    marginRight: room === 'wide' ? 64 : 48,
    marginTop: 10,
    marginBottom: 40,
    x: {
      label: 'test accuracy, %',
      grid: true,
      ticks: room === 'wide' ? 8 : 4,
      nice: true,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { domain: names, label: null, tickSize: 0, tickFormat: (name: string) => shorten(name, label) },
    color: KIND_COLOURS,
    symbol: KIND_SYMBOLS,
    marks: [
      Plot.ruleY(rows, {
        y: 'name',
        x1: (row: FinishedRow) => row.interval[0] * 100,
        x2: (row: FinishedRow) => row.interval[1] * 100,
        stroke: 'kind',
        strokeWidth: 5,
        strokeOpacity: 0.35,
        strokeLinecap: 'round',
        title,
      }),
      Plot.dot(published, {
        y: 'name',
        x: ({ accuracy }) => accuracy * 100,
        symbol: { draw: drawTick },
        r: 5,
        dy: 9,
        stroke: colour('faint'),
        strokeWidth: 1.5,
        title: ({ recipe, asPublished, source }) => `${recipe}: ${asPublished} (${source})`,
      }),
      Plot.dot(rows, {
        y: 'name',
        x: (row: FinishedRow) => row.accuracy.mean * 100,
        fill: 'kind',
        symbol: 'kind',
        r: 5,
        title,
      }),
      Plot.text(rows, {
        y: 'name',
        x: (row: FinishedRow) => row.interval[1] * 100,
        text: (row: FinishedRow) => percent(row.accuracy.mean),
        textAnchor: 'start',
        dx: 8,
        fill: 'currentColor',
        fontVariant: 'tabular-nums',
      }),
    ],
  });
}

/** A small triangle that points up at its value. */
function drawTick(
  context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void; closePath(): void },
  size: number,
): void {
  const r = Math.sqrt(size / Math.PI);
  context.moveTo(0, -r);
  context.lineTo(r * 0.7, r * 0.4);
  context.lineTo(-r * 0.7, r * 0.4);
  context.closePath();
}

/**
 * Finds the margin that a column of names needs.
 *
 * @param names the names to stand there
 * @param room how wide the chart may be
 * @returns pixels, at 12 px type
 */
export function labelWidth(names: readonly string[], room: Room): number {
  const longest = Math.max(...names.map((name) => name.length));
  return Math.min(room === 'wide' ? 220 : 128, longest * 6.7 + 14);
}

/**
 * Cuts a name so that it stays within a margin.
 *
 * @param name any text
 * @param width pixels, at 12 px type
 */
export function shorten(name: string, width: number): string {
  const room = Math.max(4, Math.floor((width - 12) / 6.6));
  return name.length <= room ? name : `${name.slice(0, room - 1)}…`;
}

/**
 * Finds how far the last of the tilted names above a heat map reaches over its cell.
 *
 * @param name the name
 * @returns pixels, at 12 px type
 */
export function tiltedEnd(name: string): number {
  return Math.min(70, Math.max(12, name.length * 5.2 - 12));
}
