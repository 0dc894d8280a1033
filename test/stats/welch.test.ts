import { expect, test } from 'vitest';
import { welchTest } from '../../src/stats/welch.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with SciPy', () => {
  // test/fixtures/stats.py: ttest_ind(second, first, equal_var=False) and its confidence interval
  expect(fixture.welch.length).toBeGreaterThan(2);
  for (const { first, second, p, interval } of fixture.welch) {
    const ours = welchTest(first, second);
    expect(ours.p).toBeCloseTo(p, 10);
    expect(ours.interval[0]).toBeCloseTo(interval[0]!, 8);
    expect(ours.interval[1]).toBeCloseTo(interval[1]!, 8);
  }
});

test('knows constant groups', () => {
  expect(welchTest([1, 1], [1, 1])).toEqual({ difference: 0, interval: [0, 0], p: 1 });
  expect(welchTest([1, 1], [2, 2])).toEqual({ difference: 1, interval: [1, 1], p: 0 });
});

test('needs two numbers in each group', () => {
  expect(() => welchTest([1], [1, 2])).toThrow('cannot test a single number');
});
