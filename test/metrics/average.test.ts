import { expect, test } from 'vitest';
import { macroAverage, weightedAverage } from '../../src/metrics/average.ts';

test('leaves undefined values out', () => {
  expect(macroAverage([1, null, 0.5])).toBe(0.75);
  // (1 x 3 + 0.5 x 1) / 4: the 6 has no value to weigh
  expect(weightedAverage([1, null, 0.5], [3, 6, 1])).toBe(0.875);
});

test('ignores the weights when only classes without support have a value', () => {
  expect(weightedAverage([null, 0.2, 0.4], [9, 0, 0])).toBeCloseTo(0.3, 12);
});

test('is null when nothing is defined', () => {
  expect(macroAverage([null])).toBeNull();
  expect(weightedAverage([null], [3])).toBeNull();
  expect(macroAverage([])).toBeNull();
});
