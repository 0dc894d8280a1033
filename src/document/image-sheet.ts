// Pictures of images as PNG.
import { encode } from 'fast-png';
import type { ImageShape } from '../types.ts';

/** Pixels between two images of a sheet. */
const GAP = 1;

/** Pixels of a picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** height x width x channels, 0-255, row-major. */
  readonly data: Uint8Array;
}

/**
 * Arranges images in a grid, row by row.
 *
 * @param images each height x width x channels, 0-255, row-major
 * @param shape of each, with 1 or 3 channels
 * @param columns images in a row
 * @param gap black pixels between two images
 */
export function arrangeImages(
  images: readonly ArrayLike<number>[],
  { height, width, channels }: ImageShape,
  columns: number,
  gap: number,
): Pixels {
  const rows = Math.max(1, Math.ceil(images.length / columns));
  const sheetWidth = columns * (width + gap) - gap;
  const sheetHeight = rows * (height + gap) - gap;
  const data = new Uint8Array(sheetWidth * sheetHeight * channels);
  for (const [i, image] of images.entries()) {
    const top = Math.floor(i / columns) * (height + gap);
    const left = (i % columns) * (width + gap);
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < width * channels; k++) {
        data[((top + y) * sheetWidth + left) * channels + k] = image[y * width * channels + k]!;
      }
    }
  }
  return { width: sheetWidth, height: sheetHeight, channels: channels as 1 | 3, data };
}

/**
 * Puts images next to each other on one sheet, row by row.
 *
 * @param images each height x width x channels, 0-255, row-major
 * @param shape of each, with 1 or 3 channels
 * @param columns images in a row
 * @returns bytes of a PNG file
 */
export function sheet(images: readonly ArrayLike<number>[], shape: ImageShape, columns: number): Uint8Array {
  return encode({ ...arrangeImages(images, shape, columns, GAP), depth: 8 });
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

/**
 * Writes a picture as an address that a page can show without another file.
 *
 * @param bytes of the picture's file
 * @param type of the file
 */
export function dataUri(bytes: Uint8Array, type: 'png' | 'webp' = 'png'): string {
  return `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`;
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
