import { describe, expect, test } from 'vitest';
import { meanInterval } from '../../src/stats/mean-interval.ts';
import { studentCriticalValue } from '../../src/stats/student-t.ts';
import { wilsonInterval } from '../../src/stats/wilson.ts';

describe('the interval of a mean accuracy', () => {
  test("is Wilson's where seeds do not matter or are not known", () => {
    expect(meanInterval([0.9], 10_000)).toEqual(wilsonInterval(9000, 10_000));
    expect(meanInterval([0.9, 0.9, 0.9], 10_000)).toEqual(wilsonInterval(9000, 10_000));
    expect(meanInterval([0.9], 10_000, { variance: 0, degrees: 2 })).toEqual(wilsonInterval(9000, 10_000));
  });

  test('covers what other seeds would give', () => {
    // Three seeds of a network whose accuracy depends on its seed.
    const seeds = [0.8823, 0.8543, 0.8605];
    const [low, high] = meanInterval(seeds, 10_000);
    expect(low).toBeLessThan(Math.min(...seeds));
    expect(high).toBeGreaterThan(Math.max(...seeds));
    // The variance of three seeds counts, with few degrees of freedom; that of the images is small.
    const error = Math.sqrt(0.01467 ** 2 / 3 + (0.866 * 0.134) / 10_000);
    expect((high - low) / 2).toBeCloseTo(studentCriticalValue(0.05, 2.7) * error, 2);
  });

  test('uses what is known of other seeds for a single one', () => {
    const width = (interval: [number, number]): number => interval[1] - interval[0];
    const known = { variance: 0.005 ** 2, degrees: 10 };
    expect(width(meanInterval([0.9], 10_000, known))).toBeGreaterThan(1.9 * width(meanInterval([0.9], 10_000)));
  });

  test('stays within 0 and 1', () => {
    for (const [low, high] of [meanInterval([1, 0.99], 100), meanInterval([0, 0.01], 100), meanInterval([1], 10)]) {
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
    }
  });
});
