import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { mannWhitney } from '../../src/stats/mann-whitney.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test.each(['exact', 'permutations', 'asymptotic'] as const)(
  'agrees with SciPy, relative to the value: %s',
  (method) => {
    // test/fixtures/stats.py: mannwhitneyu(first, second, method=...)
    for (const { first, second, u, p } of fixture.mannWhitney[method]) {
      const found = mannWhitney(first, second);
      expect(found.u).toBe(u);
      expect(Math.abs(found.p - p), `${first} and ${second}`).toBeLessThanOrEqual(1e-9 * p);
      expect(found.exact).toBe(method !== 'asymptotic');
    }
  },
);

test('counts the arrangements that are at least as extreme', () => {
  // Of the ten ways to choose two of five, the one with the largest and the one with the smallest sum.
  expect(mannWhitney([4, 5], [1, 2, 3])).toEqual({ u: 6, p: 0.2, exact: true });
  // Sums at least as large: 3 + 5 and 4 + 5; doubled.
  expect(mannWhitney([3, 5], [1, 2, 4])).toEqual({ u: 5, p: 0.4, exact: true });
  // Mid-ranks 1.5, 1.5, 3.5, 3.5 of 2 and 2: 3.5 + 3.5 is one of six ways.
  expect(mannWhitney([7, 7], [5, 5])).toEqual({ u: 4, p: 2 / 6, exact: true });
});

test('doubles the smaller tail if ties make the distribution asymmetric', () => {
  // Five equal numbers and a larger one: the larger one is alone in one of six arrangements.
  expect(mannWhitney([2], [1, 1, 1, 1, 1])).toEqual({ u: 5, p: 2 / 6, exact: true });
  expect(mannWhitney([1], [2, 1, 1, 1, 1])).toEqual({ u: 2, p: 1, exact: true });
});

test('is 1 for equal numbers, few or many', () => {
  expect(mannWhitney([3, 3], [3])).toEqual({ u: 1, p: 1, exact: true });
  expect(mannWhitney(new Float64Array(40), new Float64Array(40))).toEqual({ u: 800, p: 1, exact: false });
});

test('is exact up to 56 numbers, and beyond if one sample is small', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
  const isExact = (first: number, second: number) => mannWhitney(upTo(first), upTo(second)).exact;
  expect([isExact(28, 28), isExact(29, 28), isExact(3, 200), isExact(3, 1000)]).toEqual([true, false, true, false]);
});

test('rejects an empty sample and numbers that are not finite', () => {
  expect(() => mannWhitney([], [1])).toThrow('cannot compare samples of 0 and 1 numbers; expected at least 1 each');
  expect(() => mannWhitney([1], [Number.NaN])).toThrow('cannot rank NaN; expected finite numbers');
});

const sides = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 });

test('is symmetric, independent of the order, and invariant under increasing transformations', () => {
  fc.assert(
    fc.property(sides, sides, (first, second) => {
      const { u, p, exact } = mannWhitney(first, second);
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(mannWhitney(second, first)).toEqual({ u: first.length * second.length - u, p, exact });
      expect(mannWhitney(first.toReversed(), second.toReversed())).toEqual({ u, p, exact });
      expect(mannWhitney(first.map(Math.exp), second.map(Math.exp))).toEqual({ u, p, exact });
      // Negated, the distribution is mirrored.
      expect(
        mannWhitney(
          second.map((value) => -value),
          first.map((value) => -value),
        ),
      ).toEqual({ u, p, exact });
    }),
  );
});

test('counts the pairs in which the first value is larger', () => {
  fc.assert(
    fc.property(sides, sides, (first, second) => {
      let won = 0;
      for (const a of first) for (const b of second) won += a > b ? 1 : a === b ? 0.5 : 0;
      expect(mannWhitney(first, second).u).toBe(won);
    }),
  );
});

// Odd against even numbers, so that shifting one sample makes no ties.
const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 35 });

test('does not increase if the larger sample is shifted up', () => {
  fc.assert(
    fc.property(distinct, distinct, fc.nat(60), (odd, even, shift) => {
      const second = even.map((value) => 2 * value);
      const at = (by: number) =>
        mannWhitney(
          odd.map((value) => 2 * (value + by) + 1),
          second,
        );
      fc.pre(at(0).u * 2 >= odd.length * even.length);
      expect(at(shift).p).toBeLessThanOrEqual(at(0).p + 1e-12);
    }),
  );
});

test('is close to the exact value where the normal approximation begins', () => {
  // test/fixtures/stats.py: mannwhitneyu(first, second, method='exact')
  for (const { first, second, p } of fixture.mannWhitney.approximated) {
    const found = mannWhitney(first, second);
    expect(found.exact).toBe(false);
    expect(Math.abs(found.p - p)).toBeLessThan(0.005);
  }
});

test.each([
  [5, 5, 1e9, 0.01],
  [6, 9, 4, 0.01],
  [40, 30, 1e9, 0.04],
  [40, 30, 5, 0.03],
])(
  'is significant for %i and %i numbers of one distribution with %f levels in at most 5 % of cases',
  (m, n, levels, least) => {
    const random = createRandom(19);
    const runs = 1500;
    const numbers = (length: number) => Array.from({ length }, () => Math.floor(random() * levels));
    let rejected = 0;
    for (let run = 0; run < runs; run++) if (mannWhitney(numbers(m), numbers(n)).p <= 0.05) rejected++;
    const error = Math.sqrt((0.05 * 0.95) / runs);
    expect(rejected / runs).toBeLessThan(0.05 + 4 * error);
    expect(rejected / runs).toBeGreaterThan(least - 4 * error);
  },
);
