// Views of image stacks that share their memory.
import type { Images, LabelledImages } from '../types.ts';

/**
 * Returns the images from `start` up to `end` without copying them.
 *
 * @param images the stack to look into
 * @param start first image, 0 or more
 * @param end one past the last image; cut at the stack's end
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
    // Read on first use only: a model that works on bytes never pays for the pixels.
    get pixels() {
      return images.pixels.subarray(from * size, to * size);
    },
    ...(labels && { labels }),
  } as unknown as T;
}

/**
 * Returns the first images of a stack without copying them.
 *
 * @param images the stack to look into
 * @param count how many; all when there are fewer
 */
export function firstImages<T extends Images>(images: T, count: number): T {
  return sliceImages(images, 0, count);
}

/**
 * Returns the same images without labels: what a model is given to predict must not hold the answers.
 *
 * @param images any stack
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
 * @param images any stack
 * @param labels one class index an image
 */
export function relabelled(images: Images, labels: Uint8Array): LabelledImages {
  // Spread, the pixels would be made here and now.
  return Object.defineProperty(unlabelled(images), 'labels', { value: labels, enumerable: true }) as LabelledImages;
}
