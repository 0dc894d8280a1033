// Views of images that share their memory.
import type { Images, LabelledImages } from '../types.ts';

/**
 * Returns the images from `start` up to `end` without copying them.
 *
 * @param images the images to slice
 * @param start first image, 0 or more
 * @param end one past the last image; a larger value means the last image
 */
export function sliceImages<T extends Images>(images: T, start: number, end: number): T {
  const from = Math.min(start, images.count);
  const to = Math.min(Math.max(end, from), images.count);
  const size = images.shape.height * images.shape.width * images.shape.channels;
  const labels = 'labels' in images ? (images as unknown as LabelledImages).labels.subarray(from, to) : undefined;
  return {
    count: to - from,
    shape: images.shape,
    bytes: images.bytes.subarray(from * size, to * size),
    // Computed on first use, so that a model that uses only bytes never pays for it.
    get pixels() {
      return images.pixels.subarray(from * size, to * size);
    },
    ...(labels && { labels }),
  } as unknown as T;
}

/**
 * Returns the first images without copying them.
 *
 * @param images the images to slice
 * @param count how many; all if there are fewer
 */
export function firstImages<T extends Images>(images: T, count: number): T {
  return sliceImages(images, 0, count);
}

/**
 * Returns the same images without labels, so that `predict` cannot see the answers.
 *
 * @param images any images
 */
export function unlabelled(images: Images): Images {
  return {
    count: images.count,
    shape: images.shape,
    bytes: images.bytes,
    get pixels() {
      return images.pixels;
    },
  };
}

/**
 * Returns the same images with other labels.
 *
 * @param images any images
 * @param labels one class index per image
 */
export function relabelled(images: Images, labels: Uint8Array): LabelledImages {
  // A spread would compute the pixels here.
  return Object.defineProperty(unlabelled(images), 'labels', { value: labels, enumerable: true }) as LabelledImages;
}
