import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilsonInterval } from '../../src/stats/wilson.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with SciPy', () => {
  // test/fixtures/stats.py: binomtest(successes, n).proportion_ci(confidence, method='wilson')
  for (const [successes, n, confidence, low, high] of fixture.wilson as [number, number, number, number, number][]) {
    const interval = wilsonInterval(successes, n, confidence);
    expect(Math.abs(interval[0] - low)).toBeLessThan(1e-9);
    expect(Math.abs(interval[1] - high)).toBeLessThan(1e-9);
  }
});

test('is about plus or minus 0.59 percentage points for 90 % of 10,000', () => {
  const [low, high] = wilsonInterval(9000, 10_000);
  // 1.959964 x sqrt(0.9 x 0.1 / 10,000) = 0.00588
  expect((high - low) / 2).toBeCloseTo(0.00588, 5);
});

test('is [0, 1] without trials', () => {
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});

test('starts at exactly 0 without success and ends at exactly 1 without failure', () => {
  expect(wilsonInterval(0, 7)[0]).toBe(0);
  expect(wilsonInterval(7, 7)[1]).toBe(1);
});

test('rejects invalid counts and confidences', () => {
  expect(() => wilsonInterval(11, 10)).toThrow('invalid successes: 11; allowed: 0 to 10');
  expect(() => wilsonInterval(-1, 10)).toThrow('invalid successes: -1');
  expect(() => wilsonInterval(Number.NaN, 10)).toThrow('invalid successes: NaN');
  expect(() => wilsonInterval(1, 10, 1)).toThrow('invalid confidence: 1; allowed: between 0 and 1');
  expect(() => wilsonInterval(1, 10, 95)).toThrow('invalid confidence: 95');
});

const sample = fc
  .integer({ min: 1, max: 20_000 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
const confidences = fc.double({ min: 0.01, max: 0.9999, noNaN: true });

test('contains the observed proportion and stays in [0, 1]', () => {
  fc.assert(
    fc.property(sample, confidences, ([successes, n], confidence) => {
      const [low, high] = wilsonInterval(successes, n, confidence);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(successes / n + 1e-12);
      expect(high).toBeGreaterThanOrEqual(successes / n - 1e-12);
    }),
  );
});

test('is mirrored if successes and failures are exchanged', () => {
  fc.assert(
    fc.property(sample, confidences, ([successes, n], confidence) => {
      const [low, high] = wilsonInterval(successes, n, confidence);
      const [mirrorLow, mirrorHigh] = wilsonInterval(n - successes, n, confidence);
      expect(mirrorLow).toBeCloseTo(1 - high, 12);
      expect(mirrorHigh).toBeCloseTo(1 - low, 12);
    }),
  );
});

test('widens with the confidence and increases with the successes', () => {
  fc.assert(
    fc.property(sample, confidences, ([successes, n], confidence) => {
      const [low, high] = wilsonInterval(successes, n, confidence);
      const [surerLow, surerHigh] = wilsonInterval(successes, n, (confidence + 1) / 2);
      expect(surerHigh - surerLow).toBeGreaterThan(high - low);
      if (successes < n) {
        const [nextLow, nextHigh] = wilsonInterval(successes + 1, n, confidence);
        expect(nextLow).toBeGreaterThan(low);
        expect(nextHigh).toBeGreaterThan(high);
      }
    }),
  );
});

test.each([30, 200])('contains the true proportion in 95 % of cases on average, and never much less: %i', (n) => {
  // The exact coverage: the probability of a count whose interval contains the proportion.
  const intervals = Array.from({ length: n + 1 }, (_, successes) => wilsonInterval(successes, n));
  const coverages = Array.from({ length: 181 }, (_, i) => {
    const share = 0.05 + i / 200;
    let coverage = 0;
    let chance = (1 - share) ** n;
    for (const [successes, [low, high]] of intervals.entries()) {
      if (low <= share && share <= high) coverage += chance;
      chance *= ((n - successes) / (successes + 1)) * (share / (1 - share));
    }
    return coverage;
  });
  expect(coverages.reduce((sum, coverage) => sum + coverage, 0) / coverages.length).toBeCloseTo(0.95, 2);
  expect(Math.min(...coverages)).toBeGreaterThan(0.9);
});
