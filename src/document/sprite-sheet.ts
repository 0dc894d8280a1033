// Many small pictures as one WebP file, from which a page cuts the one that it shows.
import sharp from 'sharp';
import type { ImageShape } from '../types.ts';
import { arrangeImages } from './image-sheet.ts';

/** Pictures in a grid without gaps, row by row. */
export interface SpriteSheet {
  /** Bytes of a WebP file. */
  readonly webp: Uint8Array;
  /** Pictures in a row. */
  readonly columns: number;
  /** Size of each picture in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Puts pictures on a sheet.
 *
 * @param images each height x width x channels, 0-255, row-major; at least one
 * @param shape of each, with 1 or 3 channels
 * @param options `maxSide`: larger pictures are scaled down to that many pixels on the longer side; `quality`: 1 to 100,
 *   lossy; 30 keeps shapes and greys of a small picture, 80 also its texture
 */
export async function spriteSheet(
  images: readonly ArrayLike<number>[],
  shape: ImageShape,
  { maxSide, quality }: { readonly maxSide: number; readonly quality: number },
): Promise<SpriteSheet> {
  const columns = Math.ceil(Math.sqrt(images.length));
  const { data, width, height, channels } = arrangeImages(images, shape, columns, 0);
  const scale = Math.min(1, maxSide / Math.max(shape.width, shape.height));
  const [pictureWidth, pictureHeight] = [shape.width, shape.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  );
  const [sheetWidth, sheetHeight] = [columns * pictureWidth!, (height / shape.height) * pictureHeight!];
  const webp = await sharp(data, { raw: { width, height, channels } })
    .resize(sheetWidth, sheetHeight, { fit: 'fill', kernel: 'cubic' })
    .webp({ quality })
    .toBuffer();
  return { webp, columns, width: pictureWidth!, height: pictureHeight! };
}
