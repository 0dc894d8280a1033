import { expect, test } from 'vitest';
import { macroRecall, recall, weightedRecall } from '../../src/metrics/recall.ts';
import { cases, nineDecimals } from './cases.ts';

test.each(cases)('agrees with scikit-learn for each class: %s', (_, { expected }) => {
  expect(nineDecimals(recall(expected.confusion))).toEqual(nineDecimals(expected.recall));
});

test.each(cases)('agrees with scikit-learn on both averages: %s', (_, { expected }) => {
  expect(macroRecall(expected.confusion)).toBeCloseTo(expected.macro.recall, 9);
  expect(weightedRecall(expected.confusion)).toBeCloseTo(expected.weighted.recall, 9);
});

test('is null for an empty set', () => {
  const empty = [
    [0, 0],
    [0, 0],
  ];
  expect(recall(empty)).toEqual([null, null]);
  expect(macroRecall(empty)).toBeNull();
  expect(weightedRecall(empty)).toBeNull();
});

test('is null for a class that does not occur', () => {
  expect(
    recall([
      [3, 1],
      [0, 0],
    ]),
  ).toEqual([0.75, null]);
});

test.each(cases)('weighted, is the accuracy: %s', (_, { expected }) => {
  expect(weightedRecall(expected.confusion)).toBeCloseTo(expected.accuracy, 12);
});
