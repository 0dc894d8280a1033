// Maps of pixel weights or importances: as an SVG, one path for each depth of colour, and as small pictures for a page.
import { encode } from 'fast-png';
import type { Chart } from '../../document/chart-canvas.ts';
import { COLOURS, colour } from '../../document/chart-colours.ts';
import { escapeHtml } from '../../document/escape.ts';
import { decodeFloats } from '../../results/encode.ts';
import { quantile } from '../../stats/summary.ts';
import type { FinishedRow } from '../model/row-data.ts';
import { shorten } from './accuracy-chart.ts';

/** The largest width of all maps of one model together, in pixels. */
const WIDTH = 440;
const MAPS_PER_LINE = 5;
const GAP = 8;
const CAPTION = 18;
/** Depths of colour on either side of zero. */
const LEVELS = 15;
/** A few extreme pixels must not make all others pale: this quantile has the deepest colour. */
const DEEPEST_SHARE = 0.99;

/** All maps of one model on one scale. */
export interface PixelMaps {
  readonly maps: readonly {
    readonly height: number;
    readonly width: number;
    readonly caption: string;
    /** height x width, row-major, from -LEVELS to LEVELS. */
    readonly levels: Int8Array;
  }[];
  /** What the maps show and how colours are to be read. */
  readonly description: string;
}

/**
 * Reads the maps of a model. Numbers from the 99th percentile of the sizes on have the highest level.
 *
 * @param row a finished row
 * @returns null when the model has no maps of pixels
 */
export function pixelMapsOf({ name, pixelMaps }: FinishedRow): PixelMaps | null {
  const maps = pixelMaps
    .map((map) => ({ ...map, numbers: decodeFloats(map.values).map((value) => (Number.isFinite(value) ? value : 0)) }))
    // The schema does not check what the bytes of a record hold.
    .filter(({ numbers, height, width }) => numbers.length === height * width);
  if (maps.length === 0) return null;
  const all = maps.flatMap(({ numbers }) => [...numbers]);
  const sizes = all.map(Math.abs).filter((size) => size > 0);
  const deepest = sizes.length > 0 ? quantile(sizes, DEEPEST_SHARE) : 1;
  const hasNegatives = all.some((number) => number < 0);
  const [subject, captions] = splitNames(maps.map((map) => map.name));
  const scale = `the deepest colour is ${hasNegatives ? '±' : ''}${Number(deepest.toPrecision(2))} and beyond`;
  return {
    maps: maps.map(({ height, width, numbers }, i) => ({
      height,
      width,
      caption: captions[i]!,
      levels: Int8Array.from(numbers, (number) => levelOf(number, deepest)),
    })),
    description:
      `${name}: ${subject} of each pixel. ` +
      `${hasNegatives ? 'Blue is positive, orange negative' : 'Deeper is larger'}; ${scale}.`,
  };
}

/**
 * Draws all maps of a model: blue for positive numbers, orange for negative ones, none for zero, deeper for larger ones.
 *
 * @param row a finished row
 * @returns null when the model has no maps of pixels
 */
export function pixelMapsChart(row: FinishedRow): Chart | null {
  const found = pixelMapsOf(row);
  if (!found) return null;
  const { maps, description } = found;
  const perLine = Math.min(MAPS_PER_LINE, maps.length);
  const side = (WIDTH - GAP * (MAPS_PER_LINE - 1)) / MAPS_PER_LINE;
  // A single map is drawn larger.
  const cell = maps.length === 1 ? side * 2 : side;
  const pictures = maps.map((map, i) => {
    const [x, y] = [(i % perLine) * (cell + GAP), Math.floor(i / perLine) * (cell + CAPTION + GAP)];
    return drawMap(map, cell, x, y);
  });
  const width = round(perLine * (cell + GAP) - GAP);
  const height = round(Math.ceil(maps.length / perLine) * (cell + CAPTION + GAP));
  const svg =
    `<svg aria-label="${escapeHtml(description)}" role="img" xmlns="http://www.w3.org/2000/svg" class="chart" ` +
    `fill="currentColor" font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${pictures.join('')}</svg>`;
  return { name: `pixels-${row.slug}`, svg, description };
}

/**
 * Draws one map as a picture, a pixel for each pixel, transparent where the number is zero.
 *
 * @param map of one model
 * @returns bytes of a PNG file
 */
export function pixelMapPng({ height, width, levels }: PixelMaps['maps'][number]): Uint8Array {
  const [positive, negative] = [COLOURS.good.light, COLOURS.bad.light].map((text) =>
    Number.parseInt(text.slice(1), 16),
  );
  const data = new Uint8Array(levels.length * 4);
  for (const [i, level] of levels.entries()) {
    if (level === 0) continue;
    const rgb = level > 0 ? positive! : negative!;
    const opacity = Math.round((255 * Math.abs(level)) / LEVELS);
    data.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, opacity], 4 * i);
  }
  return encode({ width, height, data, channels: 4, depth: 8 });
}

/** Splits names that begin alike: `weight for Sandal` has the subject `weight` and the caption `Sandal`. */
function splitNames(names: readonly string[]): [subject: string, captions: string[]] {
  const match = /^(.+?) for ./.exec(names[0]!);
  const start = match ? `${match[1]} for ` : '';
  if (start === '' || !names.every((name) => name.startsWith(start))) return ['value', [...names]];
  return [match![1]!, names.map((name) => name.slice(start.length))];
}

function drawMap(
  { height, width, levels, caption }: PixelMaps['maps'][number],
  cell: number,
  x: number,
  y: number,
): string {
  const scale = cell / Math.max(height, width);
  const runs = new Map<number, string>();
  for (let row = 0; row < height; row++) {
    for (let from = 0; from < width; ) {
      const level = levels[row * width + from]!;
      let to = from + 1;
      while (to < width && levels[row * width + to] === level) to++;
      if (level !== 0) runs.set(level, `${runs.get(level) ?? ''}M${from} ${row}h${to - from}`);
      from = to;
    }
  }
  const paths = Array.from(
    runs,
    ([level, path]) =>
      `<path stroke="${colour(level > 0 ? 'good' : 'bad')}" stroke-opacity="${round(Math.abs(level) / LEVELS)}" d="${path}"/>`,
  );
  // Strokes along the middle of rows of pixels take half the text of rectangles.
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
