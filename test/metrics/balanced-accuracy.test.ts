import { expect, test } from 'vitest';
import { balancedAccuracy } from '../../src/metrics/balanced-accuracy.ts';
import { cases } from './cases.ts';

test.each(cases)('agrees with scikit-learn: %s', (_, { expected }) => {
  expect(balancedAccuracy(expected.confusion)).toBeCloseTo(expected.balancedAccuracy, 9);
});

test('counts a rare class as much as a common one, and leaves out one that does not occur', () => {
  // recalls 90 / 100 and 1 / 2; their mean
  expect(
    balancedAccuracy([
      [90, 10, 0],
      [1, 1, 0],
      [0, 0, 0],
    ]),
  ).toBeCloseTo(0.7, 12);
});

test('is null for an empty set', () => {
  expect(balancedAccuracy([[0]])).toBeNull();
});
