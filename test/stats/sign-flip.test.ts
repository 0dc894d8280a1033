import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { mcnemar } from '../../src/stats/mcnemar.ts';
import { signFlipTest } from '../../src/stats/sign-flip.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with SciPy to a relative tolerance', () => {
  // test/fixtures/stats.py: permutation_test((differences,), mean, permutation_type='samples', n_resamples=np.inf)
  for (const { differences, p } of fixture.signFlips) {
    const found = signFlipTest(differences);
    expect(Math.abs(found.p - p), `${differences}`).toBeLessThanOrEqual(1e-9 * p);
    expect(found.exact).toBe(true);
  }
});

test('counts the flips that are at least as extreme', () => {
  // Of the eight sums of 1, 2 and 3 with either sign: 6 and -6, then also 4 and -4.
  expect(signFlipTest([1, 2, 3])).toEqual({ mean: 2, p: 0.25, exact: true });
  expect(signFlipTest([-1, 2, 3])).toEqual({ mean: 4 / 3, p: 0.5, exact: true });
  expect(signFlipTest([0.25, 0.5, 0.75])).toEqual({ mean: 0.5, p: 0.25, exact: true });
  expect(signFlipTest([2.5])).toEqual({ mean: 2.5, p: 1, exact: true });
});

test('treats sums as equal that differ only by rounding', () => {
  // 0.1 + 0.2 - 0.3 is not 0 in floating point, and 0.3 - 0.1 - 0.2 is closer to 0.
  expect(signFlipTest([0.1, 0.2, -0.3]).p).toBe(1);
});

test('is 1 if all differences are 0', () => {
  expect(signFlipTest([0, 0])).toEqual({ mean: 0, p: 1, exact: true });
});

test('rejects an empty list, values that are not finite, and invalid draws', () => {
  expect(() => signFlipTest([])).toThrow('cannot test an empty list');
  expect(() => signFlipTest([1, Number.NaN])).toThrow('cannot test NaN: only finite numbers');
  expect(() => signFlipTest([1], { draws: 0 })).toThrow('invalid number of draws: 0; allowed: 1, 2, ...');
});

test("is McNemar's exact test for right and wrong predictions", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.nat(300), (fixed, broke, same) => {
      fc.pre(fixed + broke + same > 0);
      const differences = Int8Array.from({ length: fixed + broke + same }, (_, i) =>
        i < fixed ? 1 : i < fixed + broke ? -1 : 0,
      );
      const p = mcnemar(fixed, broke);
      expect(Math.abs(signFlipTest(differences).p - p)).toBeLessThanOrEqual(1e-9 * p);
    }),
  );
});

const wholes = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 12 });

test('gives the same result by enumeration and by counting, for either sign', () => {
  fc.assert(
    fc.property(wholes, (differences) => {
      const { p } = signFlipTest(differences);
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThanOrEqual(1);
      const tenths = signFlipTest(differences.map((difference) => difference / 10));
      expect(tenths.exact).toBe(true);
      expect(tenths.p).toBeCloseTo(p, 12);
      expect(signFlipTest(differences.map((difference) => -difference)).p).toBe(p);
      expect(signFlipTest([...differences.toReversed(), 0]).p).toBeCloseTo(p, 12);
    }),
  );
});

test('does not increase if a difference on the larger side increases', () => {
  // Only sums of the others that are at least as extreme count, and no sum is added.
  fc.assert(
    fc.property(wholes, fc.integer({ min: 1, max: 9 }), (differences, more) => {
      const sum = differences.reduce((total, difference) => total + difference, 0);
      const largest = Math.max(...differences);
      fc.pre(sum >= 0 && largest > 0);
      const grown = differences.map((difference, i) =>
        i === differences.indexOf(largest) ? difference + more : difference,
      );
      expect(signFlipTest(grown).p).toBeLessThanOrEqual(signFlipTest(differences).p + 1e-12);
    }),
  );
});

test('samples flips if there are too many: close to the exact value, and equal for equal seeds', () => {
  const random = createRandom(2);
  const wholeNumbers = Array.from({ length: 40 }, () => Math.floor(random() * 41) - 17);
  const tenths = wholeNumbers.map((value) => value / 10);
  const { p } = signFlipTest(wholeNumbers);
  const drawn = signFlipTest(tenths, { seed: 7 });
  expect(drawn.exact).toBe(false);
  // four standard errors of 10,000 draws
  expect(Math.abs(drawn.p - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 10_000));
  expect(signFlipTest(tenths, { seed: 7 })).toEqual(drawn);
  expect(signFlipTest(tenths, { seed: 8 })).not.toEqual(drawn);
});

test('never returns a p of 0 from samples', () => {
  const differences = Array.from({ length: 40 }, (_, i) => 1.5 + i / 64);
  expect(signFlipTest(differences, { draws: 99 }).p).toBe(1 / 100);
});

test.each([
  ['counted', 15, (u: number) => Math.floor(u * 9) - 4],
  ['enumerated', 8, (u: number) => u - 0.5],
  ['drawn', 24, (u: number) => u - 0.5],
])('is significant without a difference in at most 5 % of cases: %s', (_, length, difference) => {
  const random = createRandom(17);
  const runs = 1500;
  let rejected = 0;
  for (let run = 0; run < runs; run++) {
    const differences = Array.from({ length }, () => difference(random()));
    if (signFlipTest(differences, { draws: 199, seed: run }).p <= 0.05) rejected++;
  }
  const error = Math.sqrt((0.05 * 0.95) / runs);
  expect(rejected / runs).toBeLessThan(0.05 + 4 * error);
  expect(rejected / runs).toBeGreaterThan(0.03 - 4 * error);
});
