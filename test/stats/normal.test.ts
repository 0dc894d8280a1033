import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalQuantile, normalUpperTail } from '../../src/stats/normal.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with SciPy to a relative tolerance', () => {
  // test/fixtures/stats.py: norm.sf(z)
  for (const [z, tail] of fixture.normal as [number, number][]) {
    expect(Math.abs(normalUpperTail(z) - tail), `above ${z}`).toBeLessThanOrEqual(1e-9 * tail);
  }
});

test('is right at the ends, in the middle and at 1.96', () => {
  expect([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY].map(normalUpperTail)).toEqual([1, 0.5, 0]);
  expect([0, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
});

test('rejects a value that is not a probability', () => {
  expect(() => normalQuantile(1.5)).toThrow('invalid probability: 1.5; allowed: 0 to 1');
  expect(() => normalQuantile(Number.NaN)).toThrow('invalid probability: NaN');
});

test('inverts the quantile', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 0.5, noNaN: true }), (probability) => {
      const z = normalQuantile(probability);
      expect(Math.abs(normalUpperTail(-z) / probability - 1)).toBeLessThan(1e-9);
    }),
  );
});
