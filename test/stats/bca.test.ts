import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bcaInterval, biasCorrection } from '../../src/stats/bca.ts';
import { quantile } from '../../src/stats/summary.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with SciPy on given resamples', () => {
  // test/fixtures/stats.py: bootstrap(n_resamples=0, bootstrap_result=..., method='BCa'),
  // norm.ppf(percentileofscore(means, mean, kind='mean') / 100)
  for (const { means, mean, bias, acceleration, intervals } of fixture.bca) {
    expect(Math.abs(biasCorrection(means, mean) - bias)).toBeLessThan(1e-9);
    for (const [confidence, low, high] of intervals as [number, number, number][]) {
      const interval = bcaInterval(means, mean, acceleration, confidence);
      expect(Math.abs(interval.low - low)).toBeLessThan(1e-9);
      expect(Math.abs(interval.high - high)).toBeLessThan(1e-9);
      expect(interval.method).toBe('bca');
    }
  }
});

const hundred = Array.from({ length: 101 }, (_, i) => i);

test('is the percentile interval without bias and skewness', () => {
  expect(biasCorrection(hundred, 50)).toBeCloseTo(0, 12);
  const { low, high, method } = bcaInterval(hundred, 50, 0, 0.9);
  expect([low, high]).toEqual([expect.closeTo(5, 9), expect.closeTo(95, 9)]);
  expect(method).toBe('bca');
});

test('is the percentile interval where it is undefined, and reports that', () => {
  const percentile = { low: expect.closeTo(2.5, 9), high: expect.closeTo(97.5, 9), method: 'percentile' };
  expect(bcaInterval(hundred, 50, null)).toEqual(percentile);
  expect(bcaInterval(hundred, -1, 0.1)).toEqual(percentile);
  expect(bcaInterval(hundred, 101, 0.1)).toEqual(percentile);
  // 1 - 0.6 x 1.96 is below 0
  expect(bcaInterval(hundred, 50, 0.6)).toEqual(percentile);
  expect(bcaInterval([3, 3], 3, null)).toEqual({ low: 3, high: 3, method: 'percentile' });
});

test('rejects an empty list, resamples that are not finite, and an invalid confidence', () => {
  expect(() => bcaInterval([], 1, 0.1)).toThrow('cannot find the bias of an empty list');
  expect(() => bcaInterval([], 1, null)).toThrow('cannot summarise an empty list');
  expect(() => bcaInterval([1, Number.NaN], 1, 0.1)).toThrow('cannot summarise NaN');
  expect(() => bcaInterval([1, 2], 1, 0.1, 95)).toThrow('invalid confidence: 95; allowed: between 0 and 1');
});

const resamples = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 60 });
const accelerations = fc.double({ min: -0.16, max: 0.16, noNaN: true });
const confidences = fc.double({ min: 0.1, max: 0.99, noNaN: true });

test('is mirrored if the values are negated', () => {
  fc.assert(
    fc.property(resamples, fc.integer({ min: -50, max: 50 }), accelerations, confidences, (values, observed, a, c) => {
      const found = bcaInterval(values, observed, a, c);
      const mirrored = bcaInterval(
        values.map((value) => -value),
        -observed,
        -a,
        c,
      );
      expect(mirrored.low).toBeCloseTo(-found.high, 9);
      expect(mirrored.high).toBeCloseTo(-found.low, 9);
      expect(mirrored.method).toBe(found.method);
    }),
  );
});

test('widens with the confidence and increases with the acceleration', () => {
  fc.assert(
    fc.property(resamples, accelerations, accelerations, confidences, (values, a, b, confidence) => {
      const observed = quantile(values, 0.5);
      const { low, high } = bcaInterval(values, observed, Math.min(a, b), confidence);
      const surer = bcaInterval(values, observed, Math.min(a, b), (1 + confidence) / 2);
      const accelerated = bcaInterval(values, observed, Math.max(a, b), confidence);
      fc.pre(surer.method === 'bca' && accelerated.method === 'bca');
      expect(surer.low).toBeLessThanOrEqual(low + 1e-9);
      expect(surer.high).toBeGreaterThanOrEqual(high - 1e-9);
      expect(accelerated.low).toBeGreaterThanOrEqual(low - 1e-9);
      expect(accelerated.high).toBeGreaterThanOrEqual(high - 1e-9);
    }),
  );
});
