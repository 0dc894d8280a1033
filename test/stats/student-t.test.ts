import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalUpperTail } from '../../src/stats/normal.ts';
import { studentCriticalValue, studentTwoSidedTail } from '../../src/stats/student-t.ts';

// scipy.stats.t.ppf(1 - tail / 2, degrees)
test.each([
  [0.05, 1, 12.706204736432095],
  [0.05, 2, 4.302652729911275],
  [0.05, 4, 2.7764451051977987],
  [0.05, 30, 2.042272456301238],
  [0.01, 4, 4.604094871415897],
  [0.05, Number.POSITIVE_INFINITY, 1.959963984540054],
])('the critical value of %d and %d degrees is that of SciPy', (tail, degrees, value) => {
  expect(studentCriticalValue(tail, degrees)).toBeCloseTo(value, 9);
  expect(studentTwoSidedTail(value, degrees)).toBeCloseTo(tail, 9);
});

test('tail and critical value are inverse to each other', () => {
  const tails = fc.double({ min: 1e-8, max: 0.999, noNaN: true });
  const degrees = fc.double({ min: 0.5, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(tails, degrees, (tail, df) => {
      expect(studentTwoSidedTail(studentCriticalValue(tail, df), df)).toBeCloseTo(tail, 6);
    }),
  );
});

test('tends to the normal distribution, and takes infinite values', () => {
  expect(studentTwoSidedTail(2, 1e6)).toBeCloseTo(2 * normalUpperTail(2), 5);
  expect(studentTwoSidedTail(-2, 3)).toBe(studentTwoSidedTail(2, 3));
  expect(studentTwoSidedTail(Number.POSITIVE_INFINITY, 3)).toBe(0);
  expect(studentTwoSidedTail(0, 3)).toBe(1);
});

test('rejects what has no meaning', () => {
  expect(() => studentTwoSidedTail(Number.NaN, 3)).toThrow('invalid t or degrees of freedom: NaN, 3');
  expect(() => studentTwoSidedTail(1, 0)).toThrow('invalid t or degrees of freedom: 1, 0');
  expect(() => studentCriticalValue(0, 3)).toThrow('invalid tail probability: 0');
});
