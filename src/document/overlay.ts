// A picture of a Grad-CAM map: the image, the map, and the map over the image, next to each other.
import { encode } from 'fast-png';
import type { GradCam, ImageShape } from '../types.ts';
import { heatColour } from './heat-png.ts';

/** Pixels of the picture for each pixel of the image, in both directions. */
const ZOOM = 8;
const GAP = 8;

/**
 * Enlarges a map by linear interpolation between the centres of its cells.
 *
 * @param map height x width
 * @param rows of the result
 * @param columns of the result
 * @returns rows x columns
 */
export function enlarge(
  { maps, height, width }: Pick<GradCam, 'maps' | 'height' | 'width'>,
  rows: number,
  columns: number,
): Float32Array {
  const place = (i: number, from: number, to: number): { low: number; high: number; share: number } => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const low = Math.floor(at);
    return { low, high: Math.min(from - 1, low + 1), share: at - low };
  };
  const across = Array.from({ length: columns }, (_, x) => place(x, width, columns));
  const large = new Float32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    const down = place(y, height, rows);
    for (const [x, { low, high, share }] of across.entries()) {
      const row = (r: number): number => maps[r * width + low]! * (1 - share) + maps[r * width + high]! * share;
      large[y * columns + x] = row(down.low) * (1 - down.share) + row(down.high) * down.share;
    }
  }
  return large;
}

/**
 * Draws one image with its map.
 *
 * @param bytes of the image, grey
 * @param shape of the image
 * @param map one, 0 to 1
 * @returns bytes of a PNG file
 */
export function overlay(bytes: Uint8Array, { height, width }: ImageShape, map: GradCam): Uint8Array {
  const [rows, columns] = [height * ZOOM, width * ZOOM];
  const heat = enlarge(map, rows, columns);
  const total = 3 * columns + 2 * GAP;
  const data = new Uint8Array(rows * total * 3).fill(255);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const grey = bytes[Math.floor(y / ZOOM) * width + Math.floor(x / ZOOM)]!;
      const { rgb, opacity } = heatColour(heat[y * columns + x]!);
      const over = (below: number) => rgb.map((value) => Math.round(below + (value - below) * opacity));
      for (const [k, colour] of [[grey, grey, grey], over(0), over(grey)].entries()) {
        data.set(colour, (y * total + k * (columns + GAP) + x) * 3);
      }
    }
  }
  return encode({ width: total, height: rows, data, channels: 3, depth: 8 });
}
