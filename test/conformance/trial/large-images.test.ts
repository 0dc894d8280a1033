import { beforeAll, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  countNamed,
  drawLargeImages,
  drawNames,
  type LargeImages,
} from '../../../src/conformance/trial/large-images.ts';
import { openTrialImages, prepareTrialImages, type TrialImages } from '../../../src/conformance/trial/small-data.ts';
import { syntheticDataset } from '../../../src/conformance/trial/synthetic-dataset.ts';

let images: TrialImages;
let large: LargeImages;
beforeAll(async () => {
  images = await openTrialImages(await prepareTrialImages(syntheticDataset()));
  large = drawLargeImages(images, 10, createRandom(3));
});

it('has more than 3,000 training and test images, and validation images of all classes', () => {
  expect([large.train.count, large.validation.count, large.test.count]).toEqual([3050, 210, 3200]);
  expect(new Set(large.validation.labels).size).toBe(10);
});

it('leaves two classes out of the training images only', () => {
  const [one, other] = large.heldOut;
  const given = new Set(large.train.labels);
  expect(given.size).toBe(8);
  expect([large.names[one]!, large.names[other]!].filter((name) => given.has(name))).toEqual([]);
  expect(large.test.labels.filter((label) => label === one || label === other)).toHaveLength(640);
});

it('gives every image the name of its class', () => {
  // The first validation images are those of the trial, with their usual labels.
  const usual = [...images.validation.labels];
  expect([...large.validation.labels.subarray(0, 100)]).toEqual(usual.map((label) => large.names[label]));
  expect(
    countNamed(Uint8Array.of(large.names[4]!, 4), { ...large.test, labels: Uint8Array.of(4, 4) }, large.names),
  ).toBe(1);
});

it('gives no class its usual name', () => {
  const random = createRandom(1);
  for (let i = 0; i < 100; i++) {
    const names = drawNames(4, random);
    expect([...names].sort()).toEqual([0, 1, 2, 3]);
    for (const [label, name] of names.entries()) expect(name).not.toBe(label);
  }
});
