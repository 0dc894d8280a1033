// Pictures of images as PNG.
import { encode } from 'fast-png';
import type { ImageShape } from '../types.ts';

/** Pixels between two images of a sheet. */
const GAP = 1;

/**
 * Puts images side by side on one sheet, row by row.
 *
 * @param images each height x width x channels, 0-255, row-major
 * @param shape of each, with 1 or 3 channels
 * @param columns images in a row
 * @returns bytes of a PNG file
 */
export function sheet(
  images: readonly ArrayLike<number>[],
  { height, width, channels }: ImageShape,
  columns: number,
): Uint8Array {
  const rows = Math.max(1, Math.ceil(images.length / columns));
  const sheetWidth = columns * (width + GAP) - GAP;
  const sheetHeight = rows * (height + GAP) - GAP;
  const data = new Uint8Array(sheetWidth * sheetHeight * channels);
  for (const [i, image] of images.entries()) {
    const top = Math.floor(i / columns) * (height + GAP);
    const left = (i % columns) * (width + GAP);
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < width * channels; k++) {
        data[((top + y) * sheetWidth + left) * channels + k] = image[y * width * channels + k]!;
      }
    }
  }
  return encode({ width: sheetWidth, height: sheetHeight, data, channels: channels as 1 | 3, depth: 8 });
}

/**
 * Scales values to the greys of a picture, the largest white.
 *
 * @param values 0 or more
 */
export function toGreys(values: ArrayLike<number>): Uint8Array {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  return Uint8Array.from({ length: values.length }, (_, i) => (most === 0 ? 0 : (255 * values[i]!) / most));
}

/** Writes a PNG as an address that a page can show without another file. */
export function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** Width and height of a scatter in pixels. */
const SCATTER = { width: 880, height: 640, margin: 12 };

/**
 * Draws points on white, two pixels each way.
 *
 * @param places n x 2, 0 to 65,535
 * @param labels n class indices
 * @param colours `#rrggbb`, used again from the first when there are more classes
 * @returns bytes of a PNG file
 */
export function scatter(places: Uint16Array, labels: ArrayLike<number>, colours: readonly string[]): Uint8Array {
  const { width, height, margin } = SCATTER;
  const data = new Uint8Array(width * height * 3).fill(255);
  for (let i = 0; i < labels.length; i++) {
    const colour = Number.parseInt(colours[labels[i]! % colours.length]!.slice(1), 16);
    const left = Math.round(margin + (places[2 * i]! / 65_535) * (width - 2 * margin));
    const top = Math.round(margin + (places[2 * i + 1]! / 65_535) * (height - 2 * margin));
    for (const [x, y] of [
      [left, top],
      [left + 1, top],
      [left, top + 1],
      [left + 1, top + 1],
    ] as const) {
      data.set([colour >> 16, (colour >> 8) & 255, colour & 255], (y * width + x) * 3);
    }
  }
  return encode({ width, height, data, channels: 3, depth: 8 });
}
