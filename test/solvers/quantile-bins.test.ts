import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { findBins, toBins } from '../../src/solvers/quantile-bins.ts';

describe('findBins', () => {
  it('cuts halfway between the values of each feature if there are few', () => {
    // Two features: 3, 1, 3, 2 and 0.5 four times.
    const { cuts } = findBins(Float32Array.of(3, 0.5, 1, 0.5, 3, 0.5, 2, 0.5), 2);
    expect(cuts.map((feature) => [...feature])).toEqual([[1.5, 2.5], []]);
  });

  it('cuts at quantiles if there are many', () => {
    // 0, 1, ..., 1024: the q-th of 256 quantiles is 4 q, which is a value and goes below its cut.
    const { cuts } = findBins(
      Float32Array.from({ length: 1025 }, (_, i) => i),
      1,
    );
    expect([...cuts[0]!]).toEqual(Array.from({ length: 255 }, (_, i) => 4 * (i + 1)));
  });

  it('merges quantiles with equal values', () => {
    const rows = Float32Array.from({ length: 3000 }, (_, i) => (i < 2000 ? 0 : i));
    const { cuts } = findBins(rows, 1);
    expect(cuts[0]!.length).toBeLessThan(100);
    expect(new Set(toBins({ cuts }, rows)).size).toBe(cuts[0]!.length + 1);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('rejects %s and reports its position', (bad) => {
    expect(() => findBins(Float32Array.of(1, 2, 3, bad), 2)).toThrow(
      new UserError(`trees need finite values; found ${bad} (row 1, value 1)`),
    );
  });
});

describe('toBins', () => {
  it('keeps the order of values, separates up to 256 different ones, and bins unseen values', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 200, noNaN: true, noDefaultInfinity: true }), (rows) => {
        const binned = toBins(findBins(rows, 1), rows);
        rows.forEach((a, i) => {
          rows.forEach((b, j) => {
            if (a < b) expect(binned[i]).toBeLessThan(binned[j]!);
            if (a === b) expect(binned[i]).toBe(binned[j]);
          });
        });
      }),
    );
    const bins = findBins(Float32Array.of(10, 20), 1);
    expect([...toBins(bins, Float32Array.of(-5, 15, 15.5, 99))]).toEqual([0, 0, 1, 1]);
  });

  it('spreads many values evenly over 256 bins', () => {
    const rows = Float32Array.from({ length: 25_600 }, (_, i) => Math.sin(i) ** 3);
    const counts = new Array<number>(256).fill(0);
    for (const bin of toBins(findBins(rows, 1), rows)) counts[bin]!++;
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(99);
    expect(Math.max(...counts)).toBeLessThanOrEqual(101);
  });
});
