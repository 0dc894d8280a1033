import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile, summarize } from '../../src/stats/summary.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with NumPy', () => {
  // test/fixtures/stats.py: mean(), std(ddof=1), median, quantile
  for (const { values, mean, sd, median, quantiles } of fixture.summaries) {
    const summary = summarize(values);
    expect(summary.mean).toBeCloseTo(mean, 9);
    if (sd === null) expect(summary.sd).toBeNull();
    else expect(summary.sd).toBeCloseTo(sd, 9);
    expect(summary.median).toBeCloseTo(median, 9);
    for (const [share, value] of quantiles as [number, number][]) expect(quantile(values, share)).toBeCloseTo(value, 9);
  }
});

test('is right for a few numbers', () => {
  // mean 18 / 4; squares 12.25 + 0.25 + 0.25 + 12.25 over 3
  expect(summarize([8, 1, 5, 4])).toEqual({ count: 4, mean: 4.5, sd: Math.sqrt(25 / 3), min: 1, max: 8, median: 4.5 });
  expect(summarize([2])).toEqual({ count: 1, mean: 2, sd: null, min: 2, max: 2, median: 2 });
  // position 0.9 x 3 = 2.7: 5 + 0.7 x 3
  expect(quantile([8, 1, 5, 4], 0.9)).toBeCloseTo(7.1, 12);
});

test('rejects an empty list, numbers that are not finite, and invalid shares', () => {
  expect(() => summarize([])).toThrow('cannot summarise an empty list');
  expect(() => quantile([], 0.5)).toThrow('cannot summarise an empty list');
  expect(() => summarize([1, Number.NaN])).toThrow('cannot summarise NaN: only finite numbers');
  expect(() => quantile([1], 1.5)).toThrow('invalid share: 1.5; allowed: 0 to 1');
});

const lists = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

test('does not change its input, stays within bounds, and quantiles are monotonic', () => {
  fc.assert(
    fc.property(
      lists,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, a, b) => {
        const copy = [...values];
        const { min, max, mean, median } = summarize(values);
        expect(values).toEqual(copy);
        for (const value of [mean, median, quantile(values, a)]) {
          expect(value).toBeGreaterThanOrEqual(min - 1e-9);
          expect(value).toBeLessThanOrEqual(max + 1e-9);
        }
        expect(quantile(values, Math.min(a, b))).toBeLessThanOrEqual(quantile(values, Math.max(a, b)) + 1e-9);
      },
    ),
  );
});
