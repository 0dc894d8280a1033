import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CRITERIA,
  type Criterion,
  impurityTable,
  SplitFinder,
  weightedImpurity,
} from '../../../src/solvers/forest/split-finder.ts';

/** A finder on one feature. Each image has a byte, a label, and the number of times it was drawn. */
function finderOn(
  images: readonly (readonly [byte: number, label: number, drawn: number])[],
  criterion: Criterion,
  minSamplesLeaf = 1,
) {
  const bytes = Uint8Array.from(images, ([byte]) => byte);
  const counts = new Int32Array(3);
  for (const [, label, drawn] of images) counts[label]! += drawn;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const sample = {
    rows: Int32Array.from(images, (_, i) => i),
    codes: Int32Array.from(images, ([, label, drawn]) => (drawn << 8) | label),
  };
  const table = impurityTable(criterion, total);
  const finder = new SplitFinder(bytes, bytes, images.length, sample, 3, criterion, table, minSamplesLeaf);
  finder.begin(0, images.length, counts);
  return { finder, counts, table };
}

describe('weightedImpurity', () => {
  it('is the entropy in bits times the number of images', () => {
    // 4 images, 2 and 2: 1 bit each. 1 and 3: -(1/4 log2 1/4 + 3/4 log2 3/4) = 0.811278 bits each.
    const table = impurityTable('entropy', 4);
    expect(weightedImpurity('entropy', table, [2, 2])).toBeCloseTo(4, 12);
    expect(weightedImpurity('entropy', table, [1, 3])).toBeCloseTo(4 * 0.8112781244591328, 12);
  });

  it('is the Gini index times the number of images', () => {
    // 1 - (1/16 + 9/16) = 0.375, times 4.
    expect(weightedImpurity('gini', impurityTable('gini', 4), [1, 3])).toBeCloseTo(1.5, 12);
  });

  it('is 0 without images', () => {
    expect(weightedImpurity('gini', impurityTable('gini', 1), [0, 0])).toBe(0);
  });
});

describe.each(CRITERIA)('a split by %s', (criterion) => {
  it('is halfway between the two values that separate the classes', () => {
    const { finder } = finderOn(
      [
        [10, 0, 1],
        [20, 0, 1],
        [201, 1, 1],
        [255, 1, 1],
      ],
      criterion,
    );
    expect(finder.consider(0)).toBe(true);
    // (20 + 201) / 2 = 110.5: 110 goes left, 111 right.
    expect([finder.feature, finder.threshold]).toEqual([0, 110]);
  });

  it('counts an image once per draw', () => {
    // If the image of class 1 at 30 is drawn three times, a cut below 30 leaves less impurity than a cut above it.
    const { finder } = finderOn(
      [
        [10, 0, 1],
        [30, 1, 3],
        [50, 0, 1],
        [50, 1, 1],
      ],
      criterion,
    );
    finder.consider(0);
    expect(finder.threshold).toBe(20);
  });

  it('respects the minimum leaf size', () => {
    const { finder } = finderOn(
      [
        [0, 0, 1],
        [1, 1, 1],
        [2, 1, 1],
        [3, 1, 1],
      ],
      criterion,
      2,
    );
    finder.consider(0);
    expect(finder.threshold).toBe(1);
  });

  it('does not exist for a constant feature, or if a side would be too small', () => {
    const constant = finderOn(
      [
        [7, 0, 1],
        [7, 1, 1],
      ],
      criterion,
    ).finder;
    expect([constant.consider(0), constant.feature]).toEqual([false, -1]);
    const crowded = finderOn(
      [
        [7, 0, 1],
        [8, 1, 1],
      ],
      criterion,
      2,
    ).finder;
    expect([crowded.consider(0), crowded.feature]).toEqual([true, -1]);
  });

  it('is the best of all thresholds, by buckets and by histogram', () => {
    const image = fc.tuple(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(image, { minLength: 2, maxLength: 40 }), fc.boolean(), (few, large) => {
        // 40 x 20 copies are more than the limit above which a histogram is used.
        const images = large ? Array.from({ length: 1000 }, (_, i) => few[i % few.length]!) : few;
        const { finder, table } = finderOn(images, criterion);
        const impurityAt = (threshold: number): number => {
          const sides = [new Int32Array(3), new Int32Array(3)];
          for (const [byte, label, drawn] of images) sides[byte <= threshold ? 0 : 1]![label]! += drawn;
          return sides.reduce((sum, side) => sum + weightedImpurity(criterion, table, side), 0);
        };
        const varies = finder.consider(0);
        expect(varies).toBe(new Set(images.map(([byte]) => byte)).size > 1);
        if (!varies) return;
        const values = images.map(([byte]) => byte);
        const largest = Math.max(...values);
        const best = Math.min(...values.filter((value) => value < largest).map(impurityAt));
        expect(impurityAt(finder.threshold)).toBeCloseTo(best, 6);
      }),
      { numRuns: 150 },
    );
  });
});
