import { describe, expect, test } from 'vitest';
import { compareFits, type ScoredFit } from '../../src/stats/compare-fits.ts';
import { normalUpperTail } from '../../src/stats/normal.ts';

/** A fit that is right on some of the images. */
function fitted(images: number, isRight: (image: number) => boolean): ScoredFit {
  const right = Array.from({ length: images }, (_, i) => (isRight(i) ? 1 : 0));
  const value = right.reduce<number>((sum, one) => sum + one, 0) / images;
  return { value, influence: Float64Array.from(right, (one) => one - value) };
}

const upTo = (images: number, count: number, from = 0): ScoredFit =>
  fitted(images, (i) => i >= from && i < from + count);

describe('one fit of each model', () => {
  test("is McNemar's asymptotic test", () => {
    // 400 images are right in the first fit alone, 300 in the second alone.
    const { difference, p, interval } = compareFits([upTo(10_000, 9000)], [upTo(10_000, 8900, 400)]);
    expect(difference).toBeCloseTo(-0.01, 12);
    // (b - c) / sqrt(b + c - (b - c)² / n)
    expect(p).toBeCloseTo(2 * normalUpperTail(100 / Math.sqrt(700 - 1)), 4);
    expect((interval[0] + interval[1]) / 2).toBeCloseTo(-0.01, 12);
    expect((interval[1] - interval[0]) / 2).toBeCloseTo((1.96 * Math.sqrt(699)) / 10_000, 4);
  });

  test('says that other seeds are not known, unless they are', () => {
    const sides = [[upTo(1000, 900)], [upTo(1000, 880)]] as const;
    const alone = compareFits(...sides);
    expect(alone.hasSeedVariance).toBe(false);
    const informed = compareFits(...sides, { variance: 0.01 ** 2, degrees: 4 });
    expect(informed.hasSeedVariance).toBe(true);
    expect(informed.p).toBeGreaterThan(alone.p);
    expect(compareFits(...sides, { variance: 0, degrees: 4 })).toEqual({ ...alone, hasSeedVariance: true });
  });

  test('is careful where few images differ', () => {
    // The exact p-value of five images of five is 2 / 2^5.
    const { p } = compareFits([upTo(10_000, 9000)], [upTo(10_000, 9005)]);
    expect(p).toBeGreaterThan(0.04);
    expect(p).toBeLessThan(0.08);
  });

  test('that predict the same do not differ', () => {
    expect(compareFits([upTo(10, 5)], [upTo(10, 5)])).toMatchObject({ difference: 0, interval: [0, 0], p: 1 });
  });
});

describe('several fits', () => {
  const around = (count: number) => [-3, 0, 3].map((more) => upTo(10_000, count + more));

  test('show a large difference even if they are few', () => {
    expect(compareFits(around(9222), around(8858)).p).toBeLessThan(1e-4);
    expect(compareFits(around(9222).slice(0, 2), around(8858).slice(0, 2)).p).toBeLessThan(1e-4);
  });

  test('do not take the test images as known without error', () => {
    // Every seed predicts the same: more seeds tell nothing about other images.
    const sides = (seeds: number) =>
      [Array(seeds).fill(upTo(2000, 1800)), Array(seeds).fill(upTo(2000, 1804, 10))] as const;
    const once = compareFits(...sides(1));
    expect(once.p).toBeGreaterThan(0.1);
    expect(compareFits(...sides(6)).p).toBeCloseTo(once.p, 12);
  });

  test('do not take the seeds as known without error', () => {
    const spread = [8700, 8900, 9100].map((count) => upTo(10_000, count));
    const better = [8800, 9000, 9200].map((count) => upTo(10_000, count));
    expect(compareFits(spread, better).p).toBeGreaterThan(0.3);
    expect(compareFits([spread[1]!], [better[1]!]).p).toBeLessThan(0.001);
  });

  test('tell nothing about a single fit of the other model', () => {
    const spread = [8700, 8900, 9100].map((count) => upTo(10_000, count));
    const { hasSeedVariance } = compareFits(spread, [upTo(10_000, 8950)]);
    expect(hasSeedVariance).toBe(false);
  });
});

test('rejects fits on different images and empty groups', () => {
  expect(() => compareFits([upTo(10, 5)], [upTo(11, 5)])).toThrow('invalid influences of 10 images; expected 11');
  expect(() => compareFits([], [upTo(11, 5)])).toThrow('cannot summarise an empty list');
});
