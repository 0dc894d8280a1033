// Images in memory: bytes, and pixels (bytes divided by 255) that are computed on first use.
import type { ImageShape, LabelledImages } from '../types.ts';

/** Description of the step from bytes to pixels, for records. */
export const NORMALIZATION = 'divided by 255';

/**
 * Creates labelled images from bytes and labels without copying them. The pixels are computed once, in shared memory, when
 * they are first read. That is faster than reading four times the bytes from a file, and a model that uses only bytes
 * never pays for it.
 *
 * @param bytes count x height x width x channels, row-major
 * @param labels one class index per image
 * @param shape size of one image
 * @throws RangeError if the number of bytes is not the number of labels times the size of an image
 */
export function createImages(bytes: Uint8Array, labels: Uint8Array, shape: ImageShape): LabelledImages {
  if (bytes.length !== labels.length * imageSize(shape)) {
    throw new RangeError(
      `invalid images: ${bytes.length} bytes for ${labels.length} labels; expected ${labels.length * imageSize(shape)}`,
    );
  }
  let pixels: Float32Array | undefined;
  return {
    count: labels.length,
    shape,
    bytes,
    labels,
    get pixels() {
      pixels ??= toPixels(bytes);
      return pixels;
    },
  };
}

/**
 * Copies a selection of images, in the given order. An index may occur more than once.
 *
 * @param images the source
 * @param indices positions, each in 0 to images.count - 1
 * @throws RangeError if an index is outside that range
 */
export function takeImages(images: LabelledImages, indices: ArrayLike<number>): LabelledImages {
  const size = imageSize(images.shape);
  const bytes = sharedBytes(indices.length * size);
  const labels = sharedBytes(indices.length);
  copyItems(images.bytes, size, indices, bytes);
  copyItems(images.labels, 1, indices, labels);
  return createImages(bytes, labels, images.shape);
}

/**
 * Copies items of equal size, in the given order.
 *
 * @param source the items
 * @param size bytes per item
 * @param indices positions of the items in the source
 * @param target indices.length x size bytes
 * @throws RangeError if an index is outside the source
 */
export function copyItems(source: Uint8Array, size: number, indices: ArrayLike<number>, target: Uint8Array): void {
  const count = source.length / size;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(index >= 0 && index < count)) throw new RangeError(`invalid index: ${index}; expected 0 to ${count - 1}`);
    target.set(source.subarray(index * size, (index + 1) * size), i * size);
  }
}

/**
 * Returns the number of values of one image: height x width x channels.
 *
 * @param shape size of one image
 */
export function imageSize(shape: ImageShape): number {
  return shape.height * shape.width * shape.channels;
}

/**
 * Creates an array of zeros in memory that worker threads can share.
 *
 * @param length number of bytes, 0 or more
 */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/**
 * Returns bytes that worker threads can share: the same array if it is in shared memory, otherwise a copy.
 *
 * @param bytes any bytes
 */
export function inSharedMemory(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = sharedBytes(bytes.length);
  copy.set(bytes);
  return copy;
}

/**
 * Divides bytes by 255.
 *
 * @param bytes any bytes
 * @returns as many values in [0, 1], in shared memory
 */
export function toPixels(bytes: Uint8Array): Float32Array {
  const values = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const pixels = new Float32Array(new SharedArrayBuffer(bytes.length * Float32Array.BYTES_PER_ELEMENT));
  for (let i = 0; i < bytes.length; i++) pixels[i] = values[bytes[i]!]!;
  return pixels;
}
