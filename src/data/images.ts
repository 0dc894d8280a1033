// Images in memory as models see them: bytes as they are, pixels divided by 255 when first asked for.
import type { ImageShape, LabelledImages } from '../types.ts';

/** What `pixels` is, in words, for records. */
export const NORMALIZATION = 'divided by 255';

/**
 * Makes labelled images of bytes and labels, kept without a copy. The pixels are computed once, in shared memory, when
 * a model first reads them: that takes less time than reading four times the bytes from a file, and a model that works
 * on bytes never pays for it.
 *
 * @param bytes count x height x width x channels, row-major
 * @param labels one class index an image
 * @param shape the size of one image
 * @throws RangeError when there are not as many bytes as labels times the size of an image
 */
export function createImages(bytes: Uint8Array, labels: Uint8Array, shape: ImageShape): LabelledImages {
  if (bytes.length !== labels.length * imageSize(shape)) {
    throw new RangeError(`invalid images: ${bytes.length} bytes for ${labels.length} labels`);
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
 * Copies some images out of a stack, in the order given; an index may come twice.
 *
 * @param images where they are taken from
 * @param indices positions, each in 0 to images.count - 1
 * @throws RangeError when an index is outside
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
 * Copies items of equal size to a new place, in the order given.
 *
 * @param source where they are taken from
 * @param size bytes of one item
 * @param indices positions of the items in the source
 * @param target indices.length x size bytes
 * @throws RangeError when an index is outside the source
 */
export function copyItems(source: Uint8Array, size: number, indices: ArrayLike<number>, target: Uint8Array): void {
  const count = source.length / size;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(index >= 0 && index < count)) throw new RangeError(`invalid index: ${index} of ${count} items`);
    target.set(source.subarray(index * size, (index + 1) * size), i * size);
  }
}

/**
 * Counts the values of one image.
 *
 * @param shape height, width, channels
 */
export function imageSize(shape: ImageShape): number {
  return shape.height * shape.width * shape.channels;
}

/**
 * Makes an array of zero bytes in memory that worker threads can share.
 *
 * @param length how many bytes, 0 allowed
 */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/**
 * Returns bytes that worker threads can share: the same array when it lies in shared memory, else a copy.
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
 * @returns as many values in [0, 1], in shared memory
 */
export function toPixels(bytes: Uint8Array): Float32Array {
  const values = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const pixels = new Float32Array(new SharedArrayBuffer(bytes.length * Float32Array.BYTES_PER_ELEMENT));
  for (let i = 0; i < bytes.length; i++) pixels[i] = values[bytes[i]!]!;
  return pixels;
}
