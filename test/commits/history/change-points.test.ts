import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  type ChangePoint,
  findChangePoints,
  type Run,
  runComparison,
  type Series,
} from '../../../src/commits/history/change-points.ts';
import { findMetric } from '../../../src/metrics/find-metric.ts';
import type { MeasuredMetric } from '../../../src/metrics/metric.ts';
import { makeRecord } from '../../fixtures/records.ts';

// Runs are compared by their values alone.
const record = makeRecord();
const compareRuns = runComparison(findMetric('memory') as MeasuredMetric);
const LEVEL = 0.05;
const isBeyondChance = ({ p }: ChangePoint): boolean => p < LEVEL;

/** A series of one time a measurement, in which a step may begin anywhere. */
function series(values: readonly number[], { cuts = [] as number[], fit = null as string | null } = {}): Series {
  const runs = values.map((value): Run[] => [{ value, fit, record }]);
  return {
    compare: compareRuns,
    runs,
    cuts,
    candidates: values.map((_, i) => i).filter((i) => i > 0 && !cuts.includes(i)),
  };
}

/** Every number before is below every number after. */
const CLEAR = series([10, 11, 12, 10.5, 11.5, 12.5, 20, 21, 22, 20.5, 21.5, 22.5]);

describe('a step', () => {
  test('is found where it begins', () => {
    expect(findChangePoints([CLEAR], isBeyondChance)).toEqual([
      [
        {
          at: 6,
          before: 11.25,
          after: 21.25,
          interval: null,
          measurements: [6, 6],
          runs: [6, 6],
          // 2 / C(12, 6) = 2 / 924, times the eleven candidates
          p: expect.closeTo((11 * 2) / 924, 12),
        },
      ],
    ]);
  });

  test('is not found in too few measurements', () => {
    // 2 / C(8, 4) = 0.029, times seven candidates
    expect(findChangePoints([series([1, 2, 3, 4, 11, 12, 13, 14])], isBeyondChance)).toEqual([[]]);
  });

  test('needs fewer measurements if each has several runs', () => {
    const runs = [
      [1, 2, 3, 4],
      [1.5, 2.5, 3.5],
      [9, 10, 11, 12, 13],
    ].map((values) => values.map((value) => ({ value, fit: null, record })));
    const [[step]] = findChangePoints(
      [{ compare: compareRuns, runs, cuts: [], candidates: [1, 2] }],
      isBeyondChance,
    ) as [[ChangePoint]];
    // 2 / C(12, 5) = 2 / 792, times two
    expect(step).toMatchObject({ at: 2, runs: [7, 5], measurements: [2, 1], p: expect.closeTo(4 / 792, 12) });
  });

  test('may be followed by others', () => {
    const flat = (from: number): number[] => Array.from({ length: 9 }, (_, i) => from + ((i * 5) % 9) / 10);
    const [steps] = findChangePoints([series([...flat(10), ...flat(30), ...flat(5)])], isBeyondChance);
    expect(steps!.map(({ at }) => at)).toEqual([9, 18]);
    expect(steps!.map(({ measurements }) => measurements)).toContainEqual([9, 9]);
  });

  test('is adjusted for all series that are shown together', () => {
    const noise = series([3, 1, 4, 1.5, 9, 2.6, 5, 3.5, 8, 9.7, 9.3, 2.3]);
    const [[step], none] = findChangePoints([CLEAR, noise], isBeyondChance) as [[ChangePoint], ChangePoint[]];
    expect(step.p).toBeCloseTo((22 * 2) / 924, 12);
    expect(none).toEqual([]);
    expect(findChangePoints([CLEAR, noise, noise], isBeyondChance)).toEqual([[], [], []]);
  });

  test('begins only at a candidate', () => {
    const values = [1, 2, 3, 1.1, 2.1, 3.1, 1.2, 11, 12, 13, 11.1, 12.1, 13.1, 11.2];
    const all = series(values);
    expect(findChangePoints([all], isBeyondChance)[0]!.map(({ at }) => at)).toEqual([7]);
    const elsewhere = { ...all, candidates: all.candidates.filter((at) => at !== 7 && at !== 6 && at !== 8) };
    for (const { at } of findChangePoints([elsewhere], isBeyondChance)[0]!) expect(elsewhere.candidates).toContain(at);
  });

  test('that is known divides the series: runs before and after it are never pooled', () => {
    const values = [1, 2, 3, 1.1, 2.1, 3.1, 1.2, 11, 12, 13, 11.1, 12.1, 13.1, 11.2];
    expect(findChangePoints([series(values, { cuts: [7] })], isBeyondChance)).toEqual([[]]);
  });

  test('is rejected by the verdict', () => {
    const found = findChangePoints(
      [series([...Array(10).fill(10), ...Array(10).fill(10.5)])],
      ({ p, before, after }) => {
        expect([before, after].sort()).toEqual([10, 10.5]);
        return p < LEVEL && after / before >= 1.1;
      },
    );
    expect(found).toEqual([[]]);
  });
});

test('fits with equal predictions are one run', () => {
  const run = (value: number, fit: string): Run[] => [{ value, fit, record }];
  const same = { compare: compareRuns, cuts: [], candidates: [5] };
  const repeated = [...Array(5).fill(run(0.8, 'a')), ...Array(5).fill(run(0.9, 'b'))];
  expect(findChangePoints([{ ...same, runs: repeated }], () => true)[0]![0]).toMatchObject({ runs: [1, 1], p: 1 });
});

test('parts that cannot be compared have no step', () => {
  expect(findChangePoints([{ ...CLEAR, compare: () => null }], () => true)).toEqual([[]]);
});

test('no series, or one measurement, has no step', () => {
  expect(findChangePoints([], () => true)).toEqual([]);
  expect(findChangePoints([series([1]), series([])], () => true)).toEqual([[], []]);
});

test('series without a step rarely show one: in 5 % of histories at most', () => {
  const random = createRandom(7);
  const histories = 200;
  let alarms = 0;
  for (let h = 0; h < histories; h++) {
    const models = Array.from({ length: 2 }, () => series(Array.from({ length: 14 }, () => 10 + random())));
    if (findChangePoints(models, isBeyondChance).some((steps) => steps.length > 0)) alarms++;
  }
  // Three standard errors above 5 %: 0.05 + 3 sqrt(0.05 x 0.95 / 200) = 0.096
  expect(alarms / histories).toBeLessThan(0.096);
});

test('series with a step of three standard deviations show it near its place', () => {
  const random = createRandom(11);
  // Twelve uniform numbers less six are nearly normal.
  const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
  const histories = 100;
  let found = 0;
  for (let h = 0; h < histories; h++) {
    const [steps] = findChangePoints(
      [series(Array.from({ length: 20 }, (_, i) => 100 + normal() + (i < 10 ? 0 : 3)))],
      isBeyondChance,
    );
    if (steps!.some(({ at }) => Math.abs(at - 10) <= 1)) found++;
  }
  expect(found / histories).toBeGreaterThan(0.9);
});
