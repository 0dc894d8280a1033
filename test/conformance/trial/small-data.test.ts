import { expect, it } from 'vitest';
import {
  openTrialImages,
  prepareTrialImages,
  repeatImages,
  takeBalanced,
} from '../../../src/conformance/trial/small-data.ts';
import { syntheticDataset } from '../../../src/conformance/trial/synthetic-dataset.ts';
import { createImages } from '../../../src/data/images.ts';

const countsOf = (labels: Uint8Array): number[] =>
  Array.from({ length: 10 }, (_, label) => labels.filter((value) => value === label).length);

it('returns balanced subsets of the sizes that checks expect', async () => {
  const images = await openTrialImages(await prepareTrialImages(syntheticDataset()));
  expect(countsOf(images.train.labels)).toEqual(Array(10).fill(40));
  expect(countsOf(images.test.labels)).toEqual(Array(10).fill(20));
  expect(Math.max(...countsOf(images.few.labels))).toBe(7);
  expect([images.few.count, images.validation.count, images.pool.count, images.manyTest.count]).toEqual([
    64, 100, 3900, 3200,
  ]);
});

it('takes the first images of each class in their original order', () => {
  const images = createImages(Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(0, 0, 0, 1, 1), {
    height: 1,
    width: 1,
    channels: 1,
  });
  expect([...takeBalanced(images, 3).bytes]).toEqual([1, 2, 4]);
  expect([...takeBalanced(images, 9).bytes]).toEqual([1, 2, 3, 4, 5]);
});

it('repeats a whole stack', () => {
  const images = createImages(Uint8Array.of(7, 9), Uint8Array.of(0, 1), { height: 1, width: 1, channels: 1 });
  expect([...repeatImages(images, 2).bytes]).toEqual([7, 9, 7, 9]);
});

it('generates the same images every time, and no image twice', () => {
  const { train, files } = syntheticDataset();
  expect(syntheticDataset().files).toEqual(files);
  const [first, next] = [train.bytes.subarray(0, 784), train.bytes.subarray(7840, 8624)];
  expect(Buffer.compare(first, next)).not.toBe(0);
});
