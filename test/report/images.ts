// Test images for the records of the fixtures: image i is of class i modulo the number of classes.
import { createImages } from '../../src/data/images.ts';
import type { FitRecord } from '../../src/results/schema.ts';
import type { LabelledImages } from '../../src/types.ts';

const shape = { height: 2, width: 2, channels: 1 };

/**
 * Makes images; the first byte of each is its position, modulo 256.
 *
 * @param count how many
 * @param classCount how many classes
 */
export function makeTest(count: number, classCount: number): LabelledImages {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classCount);
  const bytes = Uint8Array.from({ length: 4 * count }, (_, i) => (i % 4 === 0 ? i / 4 : 0));
  return createImages(bytes, labels, shape);
}

/** Makes the test images of every split in records. */
export function makeTests(records: readonly FitRecord[]): Map<string, LabelledImages> {
  return new Map(
    records.map(({ dataset }) => [dataset.splitHash, makeTest(dataset.test, dataset.classNames.length)] as const),
  );
}
