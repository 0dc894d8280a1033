import { describe, expect, it } from 'vitest';
import { oneWayAnova } from '../../src/stats/anova.ts';

describe('oneWayAnova', () => {
  // scipy.stats.f_oneway(*groups) of SciPy 1.17
  it.each<[number[][], number, number]>([
    [
      [
        [1, 2, 3, 4],
        [2, 3, 4, 6],
      ],
      1.3636363636363638,
      0.2872081404442224,
    ],
    [
      [
        [0.1, 0.25, 0.2, 0.3, 0.22],
        [0.4, 0.45, 0.33],
        [0.2, 0.21, 0.26, 0.6],
      ],
      2.085711345448382,
      0.18019560751891056,
    ],
    [
      [
        [1, 1.1, 0.9, 1.05],
        [9, 9.1, 8.9, 9.2],
      ],
      10785.626086959934,
      5.3719711784495286e-11,
    ],
  ])('agrees with SciPy on %j', (groups, f, p) => {
    const found = oneWayAnova(groups);
    expect(found.f! / f).toBeCloseTo(1, 9);
    expect(found.p! / p).toBeCloseTo(1, 9);
    expect(found.degrees).toEqual([groups.length - 1, groups.flat().length - groups.length]);
  });

  it('has no F if no group varies', () => {
    expect(oneWayAnova([[1, 1], [2]])).toEqual({ f: null, p: null, degrees: [1, 1] });
  });

  it.each([[[[1, 2]]], [[[1, 2], []]], [[[1], [2]]]])('rejects %j', (groups) => {
    expect(() => oneWayAnova(groups)).toThrow('invalid groups of');
  });
});

describe('rounding', () => {
  it('gives constant groups no variance', () => {
    // The mean of many equal fractions is not exactly that fraction.
    const share = 64 / 144;
    expect(oneWayAnova([Array(60).fill(share), Array(70).fill(share), Array(55).fill(share)])).toMatchObject({
      f: null,
      p: null,
    });
    expect(oneWayAnova([Array(60).fill(share), Array(70).fill(0.1)])).toMatchObject({ f: null, p: null });
  });

  it('is no excuse for numbers that are not finite', () => {
    expect(() =>
      oneWayAnova([
        [1, Number.NaN],
        [1, 2],
      ]),
    ).toThrow('cannot analyse NaN: only finite numbers');
    expect(() =>
      oneWayAnova([
        [1, 2],
        [1, Number.POSITIVE_INFINITY],
      ]),
    ).toThrow('cannot analyse Infinity');
  });
});
