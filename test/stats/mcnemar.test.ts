import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareByMcNemar, mcnemar } from '../../src/stats/mcnemar.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with SciPy to a relative tolerance', () => {
  // test/fixtures/stats.py: binomtest(fixed, fixed + broke, 0.5).pvalue
  for (const [fixed, broke, p] of fixture.mcnemar as [number, number, number][]) {
    const difference = Math.abs(mcnemar(fixed, broke) - p);
    expect(difference, `${fixed} against ${broke}`).toBeLessThanOrEqual(1e-9 * p);
  }
});

test('sums the two tails', () => {
  // 2 x (C(5, 0) + C(5, 1)) / 2^5
  expect(mcnemar(1, 4)).toBeCloseTo(0.375, 12);
});

test('is 1 without a discordant pair and for an even split', () => {
  expect(mcnemar(0, 0)).toBe(1);
  expect(mcnemar(3, 3)).toBe(1);
});

test('counts only the images on which exactly one prediction is right', () => {
  const truth = Uint8Array.of(0, 0, 0, 0, 1, 1);
  const before = Uint8Array.of(0, 0, 1, 1, 0, 2);
  const after = Uint8Array.of(0, 1, 0, 0, 1, 0);
  // fixed: images 2, 3, 4; broke: image 1. 2 x (C(4, 0) + C(4, 1)) / 2^4
  expect(compareByMcNemar(truth, before, after)).toEqual({ fixed: 3, broke: 1, p: expect.closeTo(0.625, 12) });
});

test('rejects lists of different lengths and invalid counts', () => {
  expect(() => compareByMcNemar(Uint8Array.of(1), Uint8Array.of(1), new Uint8Array())).toThrow(
    'invalid predictions: 1 and 0 for 1 images; expected one per image',
  );
  expect(() => mcnemar(-1, 2)).toThrow('invalid count of pairs: -1');
  expect(() => mcnemar(1, 0.5)).toThrow('invalid count of pairs: 0.5');
});

const count = fc.nat(3000);

test('is symmetric and stays in [0, 1]', () => {
  fc.assert(
    fc.property(count, count, (fixed, broke) => {
      const p = mcnemar(fixed, broke);
      expect(p).toBe(mcnemar(broke, fixed));
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
    }),
  );
});

test('decreases as the split of the same pairs becomes more uneven', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(400), (fewer, more) => {
      fc.pre(more >= fewer);
      expect(mcnemar(fewer - 1, more + 1)).toBeLessThan(mcnemar(fewer, more));
    }),
  );
});

test('is significant for equally good models in at most 5 % of cases', () => {
  // The exact size of the test: the probability under the null hypothesis of a split with p at most 0.05.
  for (const n of [10, 60, 400]) {
    let size = 0;
    let chance = 2 ** -n;
    for (let fixed = 0; fixed <= n; fixed++) {
      if (mcnemar(fixed, n - fixed) <= 0.05) size += chance;
      chance *= (n - fixed) / (fixed + 1);
    }
    expect(size).toBeGreaterThan(0.01);
    expect(size).toBeLessThanOrEqual(0.05);
  }
});
