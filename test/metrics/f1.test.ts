import { expect, test } from 'vitest';
import { f1, macroF1, weightedF1 } from '../../src/metrics/f1.ts';
import { cases, nineDecimals } from './cases.ts';

test.each(cases)('agrees with scikit-learn for each class: %s', (_, { expected }) => {
  expect(nineDecimals(f1(expected.confusion))).toEqual(nineDecimals(expected.f1));
});

test.each(cases)('agrees with scikit-learn on both averages: %s', (_, { expected }) => {
  expect(macroF1(expected.confusion)).toBeCloseTo(expected.macro.f1, 9);
  expect(weightedF1(expected.confusion)).toBeCloseTo(expected.weighted.f1, 9);
});

test('is null for an empty set', () => {
  const empty = [
    [0, 0],
    [0, 0],
  ];
  expect(f1(empty)).toEqual([null, null]);
  expect(macroF1(empty)).toBeNull();
  expect(weightedF1(empty)).toBeNull();
});

test('is 0 for a class that occurs but is never right, null for one that neither occurs nor is predicted', () => {
  const confusion = [
    [4, 0, 0],
    [2, 0, 0],
    [0, 0, 0],
  ];
  // 2 x 4 / (4 + 6)
  expect(f1(confusion)).toEqual([0.8, 0, null]);
  expect(macroF1(confusion)).toBe(0.4);
});

test.each(cases)("equals scikit-learn's default macro and weighted F1: %s", (_, { expected }) => {
  expect(macroF1(expected.confusion)).toBeCloseTo(expected.macroF1ByDefault, 9);
  expect(weightedF1(expected.confusion)).toBeCloseTo(expected.weightedF1ByDefault, 9);
});
