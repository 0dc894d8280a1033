// Decodes pictures to grey with the browser's decoders, as src/app/pictures/decode.ts does on the server.
import { greysOf } from '../app/pictures/grey.ts';
import type { Picture } from '../app/pictures/picture.ts';

/** Maximum number of pixels that every browser can draw; a larger picture is scaled down first. */
const MOST_PIXELS = 2 ** 24;

/** Maximum width and height that every browser can draw. */
const MOST_SIDE = 2 ** 14;

/**
 * Decodes a picture and applies its EXIF orientation.
 *
 * @param blob a file in a format of the browser: PNG, JPEG, WebP, GIF, possibly others
 * @throws Error with a message for the user when the file is not a picture
 */
export async function decodeInPage(blob: Blob): Promise<Picture> {
  const bitmap = await bitmapOf(blob);
  const { width: fullWidth, height: fullHeight } = bitmap;
  const scale = Math.min(
    1,
    Math.sqrt(MOST_PIXELS / (fullWidth * fullHeight)),
    MOST_SIDE / Math.max(fullWidth, fullHeight),
  );
  const width = Math.max(1, Math.floor(scale * fullWidth));
  const height = Math.max(1, Math.floor(scale * fullHeight));
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' })!;
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { width, height, ...greysOf(context.getImageData(0, 0, width, height).data) };
}

/**
 * Opens a picture.
 *
 * @param blob any file
 * @throws Error with a message for the user when the file is not a picture
 */
export async function bitmapOf(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch (cause) {
    const found = blob.size === 0 ? 'an empty file' : blob.type || 'a file of unknown kind';
    throw new Error(`not a usable picture: found ${found}, expected a PNG, JPEG, WebP or GIF picture`, { cause });
  }
}
