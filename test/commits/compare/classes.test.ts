import { describe, expect, it } from 'vitest';
import {
  changedCells,
  compareClasses,
  confusionChange,
  flips,
  type PairedLabels,
} from '../../../src/commits/compare/classes.ts';
import { mcnemar } from '../../../src/stats/mcnemar.ts';

// Twelve images of class 0, of which the second prediction gets nine that the first took for class 1; two of class 1.
const truth = Uint8Array.of(...new Array<number>(12).fill(0), 1, 1);
const before = Uint8Array.of(...new Array<number>(9).fill(1), 0, 0, 2, 1, 0);
const after = Uint8Array.of(...new Array<number>(9).fill(0), 0, 1, 2, 1, 1);
const labels: PairedLabels = { truth, before, after };
const classNames = ['a', 'b', 'c'];

describe('compareClasses', () => {
  it('counts fixed and broken images of each class, and adjusts p-values for all classes', () => {
    const p = mcnemar(9, 1);
    expect(compareClasses(labels, classNames)).toEqual([
      { name: 'a', before: 2 / 12, after: 10 / 12, fixed: 9, broke: 1, p: 2 * p },
      { name: 'b', before: 0.5, after: 1, fixed: 1, broke: 0, p: 1 },
    ]);
  });
});

describe('the change of the confusion matrix', () => {
  it('has rows that sum to zero', () => {
    const change = confusionChange(labels, 3);
    expect(change).toEqual([
      [8, -8, 0],
      [-1, 1, 0],
      [0, 0, 0],
    ]);
    for (const row of change) expect(row.reduce((sum, value) => sum + value, 0)).toBe(0);
  });

  it('has cells that changed beyond chance, adjusted for all cells that gained or lost an image', () => {
    // Four cells moved: of (a, a) 9 came and 1 left, of (a, b) the other way round; one image each of (b, a) and (b, b).
    const many = (part: Uint8Array) => Uint8Array.from({ length: 28 }, (_, i) => part[i % 14]!);
    const twice = { truth: many(truth), before: many(before), after: many(after) };
    const p = mcnemar(18, 2);
    expect(changedCells(twice, classNames)).toEqual([
      { truth: 'a', predicted: 'a', before: 4, after: 20, p: 4 * p },
      { truth: 'a', predicted: 'b', before: 18, after: 2, p: 4 * p },
    ]);
    expect(changedCells(labels, classNames)).toEqual([]);
    expect(changedCells({ truth, before, after: before }, classNames)).toEqual([]);
  });
});

describe('flips', () => {
  it('are the images that only one prediction has right, broken ones first', () => {
    const found = flips(labels);
    expect(found).toHaveLength(11);
    expect(found[0]).toEqual({ image: 10, truth: 0, before: 0, after: 1 });
    expect(found[1]).toEqual({ image: 0, truth: 0, before: 1, after: 0 });
    expect(flips({ truth, before, after: before })).toEqual([]);
  });
});
