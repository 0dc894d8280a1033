// Tells by a text which fits predicted the same test images.
import type { FitRecord } from './schema.ts';

/**
 * Names the test images of a fit and their classes. The hash of the split names them for records that agree with each
 * other; records of one hash with other classes or another number of images get other texts.
 *
 * @param dataset of a record
 * @returns equal texts for the same images
 */
export function testImagesKey({ splitHash, test, classNames }: FitRecord['dataset']): string {
  return JSON.stringify([splitHash, test, classNames]);
}
