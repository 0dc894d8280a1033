import { expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { countsByChance } from '../../../src/conformance/trial/counts-by-chance.ts';

const truth = Uint8Array.from({ length: 200 }, (_, i) => i % 10);

it('returns the same count for every renaming if only one class is predicted', () => {
  const counts = countsByChance(new Uint8Array(200).fill(3), truth, 10, 50, createRandom(1));
  expect([...counts]).toEqual(Array(50).fill(20));
});

it('counts the fixed points of permutations if each class is predicted as another one', () => {
  const counts = countsByChance(
    truth.map((label) => (label + 1) % 10),
    truth,
    10,
    10_000,
    createRandom(1),
  );
  // A random permutation has one fixed point on average, none in a share of 1/e, and here each is 20 images.
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(mean / 20).toBeCloseTo(1, 1);
  expect(counts.filter((count) => count === 0).length / counts.length).toBeCloseTo(1 / Math.E, 1);
  // Five or more fixed points have a probability of 0.4 %. A binomial interval around 20 of 200 would end at 35.
  expect(counts.at(-1)).toBeGreaterThanOrEqual(100);
});

it('puts correct labels beyond nearly all renamings', () => {
  const counts = countsByChance(truth, truth, 10, 10_000, createRandom(2));
  expect(counts[9989]!).toBeLessThan(200);
});
