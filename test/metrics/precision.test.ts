import { expect, test } from 'vitest';
import { macroPrecision, precision, weightedPrecision } from '../../src/metrics/precision.ts';
import { cases, nineDecimals } from './cases.ts';

test.each(cases)('agrees with scikit-learn for each class: %s', (_, { expected }) => {
  expect(nineDecimals(precision(expected.confusion))).toEqual(nineDecimals(expected.precision));
});

test.each(cases)('agrees with scikit-learn on both averages: %s', (_, { expected }) => {
  expect(macroPrecision(expected.confusion)).toBeCloseTo(expected.macro.precision, 9);
  expect(weightedPrecision(expected.confusion)).toBeCloseTo(expected.weighted.precision, 9);
});

test('is null for an empty set', () => {
  const empty = [
    [0, 0],
    [0, 0],
  ];
  expect(precision(empty)).toEqual([null, null]);
  expect(macroPrecision(empty)).toBeNull();
  expect(weightedPrecision(empty)).toBeNull();
});

test('is null for a class never predicted, and the averages leave it out', () => {
  const confusion = [
    [6, 2, 0],
    [1, 3, 0],
    [1, 1, 0],
  ];
  // 6 / (6 + 1 + 1), 3 / (2 + 3 + 1)
  expect(precision(confusion)).toEqual([0.75, 0.5, null]);
  expect(macroPrecision(confusion)).toBe(0.625);
  // (8 x 0.75 + 4 x 0.5) / (8 + 4)
  expect(weightedPrecision(confusion)).toBeCloseTo(8 / 12, 12);
});
