import { expect, it } from 'vitest';
import { accuracyWithoutDuplicates, findNearDuplicates } from '../../src/explore/near-duplicates.ts';
import { encodeLabels } from '../../src/results/encode.ts';
import { makeRecord } from '../fixtures/records.ts';

const part = (labels: number[], ...images: number[][]) => ({
  labels: Uint8Array.from(labels),
  bytes: Uint8Array.from(images.flat()),
});
const train = part([0, 1, 2], [0, 0, 0, 0], [9, 9, 9, 9], [200, 0, 200, 0]);
// Equal to the first; differs by 2 in one of four pixels; differs by 6 from the first, with another label; like none.
const test = part([0, 1, 1, 2], [0, 0, 0, 0], [9, 9, 9, 7], [6, 6, 0, 0], [90, 90, 90, 90]);

it('finds test images whose nearest training image is a near-duplicate, the most similar first', async () => {
  expect(await findNearDuplicates(train, test, { near: 5 })).toEqual([
    { test: 0, train: 0, difference: 0, sameLabel: true },
    { test: 1, train: 1, difference: 1, sameLabel: true },
    // Root of (36 + 36) / 4.
    { test: 2, train: 0, difference: expect.closeTo(Math.sqrt(18), 5), sameLabel: false },
  ]);
  expect(await findNearDuplicates(train, test, { near: 0 })).toHaveLength(1);
});

it('computes accuracies without the near-duplicates', () => {
  const record = { ...makeRecord({ model: 'knn', images: 4 }), predictions: encodeLabels(Uint8Array.of(0, 1, 0, 0)) };
  const nearDuplicates = [
    { test: 0, train: 0, difference: 0, sameLabel: true },
    { test: 2, train: 0, difference: 1, sameLabel: false },
  ];
  const [scored] = accuracyWithoutDuplicates([record], test.labels, nearDuplicates);
  // Right are 0 and 1; left are 1 and 3.
  expect(scored).toMatchObject({ modelId: 'knn', all: 0.5, without: 0.5 });
  const everywhere = [0, 1, 2, 3].map((image) => ({ test: image, train: 0, difference: 0, sameLabel: true }));
  expect(accuracyWithoutDuplicates([record], test.labels, everywhere)[0]!.without).toBeNull();
});
