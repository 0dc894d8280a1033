import { expect, test } from 'vitest';
import { accuracy } from '../../src/metrics/accuracy.ts';
import { cases } from './cases.ts';

test.each(cases)('agrees with scikit-learn: %s', (_, { expected }) => {
  expect(accuracy(expected.confusion)).toBeCloseTo(expected.accuracy, 9);
});

test('divides the diagonal by all', () => {
  // (3 + 2) / (3 + 1 + 4 + 2)
  expect(
    accuracy([
      [3, 1],
      [4, 2],
    ]),
  ).toBe(0.5);
});

test('is null for an empty set', () => {
  expect(accuracy([[0]])).toBeNull();
});
