// What a model makes of each pixel, as pictures: one path for each depth of colour, so that a picture stays small.

import type { Chart } from '../../document/chart-canvas.ts';
import { colour } from '../../document/chart-colours.ts';
import { escapeHtml } from '../../document/escape.ts';
import { decodeFloats } from '../../results/encode.ts';
import type { PixelMapRecord } from '../../results/schema.ts';
import { quantile } from '../../stats/summary.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { shorten } from './accuracy-chart.ts';

/** The most width that all maps of one model have, in pixels; they stand in a column of their own, on phones too. */
const WIDTH = 440;
const MAPS_A_LINE = 5;
const GAP = 8;
const CAPTION = 18;
/** Depths of colour on either side of zero. */
const LEVELS = 15;
/** A few extreme pixels must not make all others pale: they share the deepest colour. */
const DEEPEST_SHARE = 0.99;

/**
 * Draws all maps of a model on one scale: blue for positive numbers, orange for negative ones, none for zero, deeper for
 * larger ones. The deepest colour stands for the 99th percentile of the sizes, and for what is beyond.
 *
 * @param row a finished row
 * @returns null when the model says nothing of pixels
 */
export function pixelMapsChart({ slug, name, pixelMaps }: FinishedRow): Chart | null {
  const maps = pixelMaps
    .map((map) => ({ ...map, numbers: decodeFloats(map.values).map((value) => (Number.isFinite(value) ? value : 0)) }))
    // A record is checked for its form, not for what the bytes hold.
    .filter(({ numbers, height, width }) => numbers.length === height * width);
  if (maps.length === 0) return null;
  const all = maps.flatMap(({ numbers }) => [...numbers]);
  const sizes = all.map(Math.abs).filter((size) => size > 0);
  const deepest = sizes.length > 0 ? quantile(sizes, DEEPEST_SHARE) : 1;
  const hasNegatives = all.some((number) => number < 0);

  const [subject, captions] = splitNames(maps.map((map) => map.name));
  const aLine = Math.min(MAPS_A_LINE, maps.length);
  const side = (WIDTH - GAP * (MAPS_A_LINE - 1)) / MAPS_A_LINE;
  // A single picture is worth more room than one of ten.
  const cell = maps.length === 1 ? side * 2 : side;
  const pictures = maps.map(({ numbers, ...map }, i) => {
    const [x, y] = [(i % aLine) * (cell + GAP), Math.floor(i / aLine) * (cell + CAPTION + GAP)];
    return picture({ ...map, numbers, deepest, caption: captions[i]!, cell, x, y });
  });
  const width = aLine * (cell + GAP) - GAP;
  const lines = Math.ceil(maps.length / aLine);
  const height = lines * (cell + CAPTION + GAP);
  const scale = `the deepest colour is ${hasNegatives ? '±' : ''}${Number(deepest.toPrecision(2))} and beyond`;
  const description =
    `${name}: ${subject} of each pixel. ` +
    `${hasNegatives ? 'Blue is positive, orange negative' : 'Deeper is larger'}; ${scale}.`;
  const svg =
    `<svg aria-label="${escapeHtml(description)}" role="img" xmlns="http://www.w3.org/2000/svg" class="chart" ` +
    `fill="currentColor" font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" ` +
    `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}">${pictures.join('')}</svg>`;
  return { name: `pixels-${slug}`, svg, description };
}

/** Takes what all names begin with for the subject: `weight` and `for Sandal`. */
function splitNames(names: readonly string[]): [subject: string, captions: string[]] {
  const match = /^(.+?) for ./.exec(names[0]!);
  const start = match ? `${match[1]} for ` : '';
  if (start === '' || !names.every((name) => name.startsWith(start))) return ['what it makes', [...names]];
  return [match![1]!, names.map((name) => name.slice(start.length))];
}

function picture({
  height,
  width,
  numbers,
  deepest,
  caption,
  cell,
  x,
  y,
}: Pick<PixelMapRecord, 'height' | 'width'> & {
  numbers: Float32Array;
  deepest: number;
  caption: string;
  cell: number;
  x: number;
  y: number;
}): string {
  const scale = cell / Math.max(height, width);
  const runs = new Map<number, string>();
  for (let row = 0; row < height; row++) {
    for (let from = 0; from < width; ) {
      const level = levelOf(numbers[row * width + from]!, deepest);
      let to = from + 1;
      while (to < width && levelOf(numbers[row * width + to]!, deepest) === level) to++;
      if (level !== 0) runs.set(level, `${runs.get(level) ?? ''}M${from} ${row}h${to - from}`);
      from = to;
    }
  }
  const paths = Array.from(
    runs,
    ([level, path]) =>
      `<path stroke="${colour(level > 0 ? 'good' : 'bad')}" stroke-opacity="${round(Math.abs(level) / LEVELS)}" d="${path}"/>`,
  );
  // Strokes as thick as a pixel is high, along its middle: half the text of rectangles.
  const frame = `<rect width="${width}" height="${height}" fill="none" stroke="${colour('line')}" stroke-width="${round(1 / scale)}"/>`;
  return (
    `<g transform="translate(${round(x)} ${round(y)})"><title>${escapeHtml(caption)}</title>` +
    `<g transform="scale(${round(scale)})" shape-rendering="crispEdges">${frame}<g transform="translate(0 0.5)">${paths.join('')}</g></g>` +
    `<text x="${round(cell / 2)}" y="${round(cell + 14)}">${escapeHtml(shorten(caption, cell + 12))}</text></g>`
  );
}

function levelOf(value: number, deepest: number): number {
  return Math.max(-LEVELS, Math.min(LEVELS, Math.round((value / deepest) * LEVELS)));
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
