// Images that report when a model reads their float pixels.
import type { LabelledImages } from '../../types.ts';

/**
 * Wraps images without copying them.
 *
 * @param images any stack
 * @param onRead called each time `pixels` is read, also through a view of the wrapped images
 */
export function watchPixels(images: LabelledImages, onRead: () => void): LabelledImages {
  const { count, shape, bytes, labels } = images;
  return {
    count,
    shape,
    bytes,
    labels,
    get pixels() {
      onRead();
      return images.pixels;
    },
  };
}
