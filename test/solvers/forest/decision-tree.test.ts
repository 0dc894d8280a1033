import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  bootstrapCounts,
  growTree,
  leafOf,
  type Tree,
  type TreeTask,
  toShares,
} from '../../../src/solvers/forest/decision-tree.ts';
import { impurityTable } from '../../../src/solvers/forest/split-finder.ts';

/** A task on rows of bytes that considers all features, without bootstrap. */
function taskOf(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  changes: Partial<TreeTask> = {},
): TreeTask {
  const featureCount = rows[0]!.length;
  const criterion = changes.criterion ?? 'entropy';
  return {
    bytes: Uint8Array.from(rows.flat()),
    columns: Uint8Array.from(
      { length: rows.length * featureCount },
      (_, i) => rows[i % rows.length]![Math.floor(i / rows.length)]!,
    ),
    labels: Uint8Array.from(labels),
    classCount: 3,
    criterion,
    table: impurityTable(criterion, rows.length),
    maxFeatures: featureCount,
    maxDepth: Infinity,
    minSamplesLeaf: 1,
    bootstrap: false,
    seed: 1,
    ...changes,
  };
}

function sharesOf(tree: Tree, row: readonly number[]): number[] {
  const leaf = leafOf(tree, Uint8Array.from(row), 0, 1);
  return [...tree.distributions.subarray(leaf * 3, leaf * 3 + 3)];
}

describe('growTree', () => {
  it('splits between the classes and ignores constant features and noise', () => {
    const tree = growTree(
      taskOf(
        [
          [9, 0, 1],
          [9, 10, 2],
          [9, 200, 1],
          [9, 220, 2],
        ],
        [0, 0, 2, 2],
      ),
    );
    expect([...tree.features]).toEqual([1, -1, -1]);
    expect(tree.thresholds[0]).toBe(105);
    expect(sharesOf(tree, [9, 105, 1])).toEqual([1, 0, 0]);
    expect(sharesOf(tree, [9, 106, 1])).toEqual([0, 0, 1]);
    expect([...tree.importances]).toEqual([0, 1, 0]);
  });

  it('learns exclusive or, for which no first split helps', () => {
    const rows = [
      [0, 0],
      [0, 255],
      [255, 0],
      [255, 255],
    ];
    const tree = growTree(taskOf(rows, [0, 1, 1, 0]));
    expect(rows.map((row) => sharesOf(tree, row).indexOf(1))).toEqual([0, 1, 1, 0]);
  });

  it('computes importances from the impurity that each split removes', () => {
    // Four images of three classes: 2 of class 0, 1 each of 1 and 2. Impurity times images: 4 x 1.5 = 6 bits.
    // The first pixel separates class 0 and leaves 2 bits: 4. The second separates the rest: 2. Shares 2/3 and 1/3.
    const tree = growTree(
      taskOf(
        [
          [0, 0],
          [0, 0],
          [9, 0],
          [9, 9],
        ],
        [0, 0, 1, 2],
      ),
    );
    expect(tree.importances[0]).toBeCloseTo(2 / 3, 12);
    expect(tree.importances[1]).toBeCloseTo(1 / 3, 12);
  });

  it('is one leaf for one class, for constant pixels and for depth 0', () => {
    const oneClass = growTree(taskOf([[1], [2], [3]], [1, 1, 1]));
    expect([...oneClass.features]).toEqual([-1]);
    expect(sharesOf(oneClass, [2])).toEqual([0, 1, 0]);
    expect([...oneClass.importances]).toEqual([0]);
    const constant = growTree(taskOf([[5], [5], [5], [5]], [0, 0, 0, 1]));
    expect(sharesOf(constant, [5])).toEqual([0.75, 0.25, 0]);
    expect([...growTree(taskOf([[1], [2]], [0, 1], { maxDepth: 0 })).features]).toEqual([-1]);
  });

  it('respects the maximum depth and the minimum leaf size', () => {
    const rows = Array.from({ length: 16 }, (_, i) => [i]);
    const labels = rows.map((_, i) => i % 2);
    expect(growTree(taskOf(rows, labels, { maxDepth: 2 })).features.length).toBeLessThanOrEqual(7);
    const wide = growTree(taskOf(rows, labels, { minSamplesLeaf: 5 }));
    const sizes = new Map<number, number>();
    for (const [i] of rows) {
      const leaf = leafOf(wide, Uint8Array.of(i!), 0, 1);
      sizes.set(leaf, (sizes.get(leaf) ?? 0) + 1);
    }
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(5);
  });

  it('memorises any images unless equal images have different classes', () => {
    const rows = fc.uniqueArray(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 30,
      selector: (row) => row.join(),
    });
    fc.assert(
      fc.property(rows, fc.nat(), (images, seed) => {
        const labels = images.map((_, i) => (i * 7) % 3);
        const tree = growTree(taskOf(images, labels, { seed, maxFeatures: 1 }));
        expect(images.map((row) => sharesOf(tree, row).indexOf(1))).toEqual(labels);
      }),
    );
  });

  it('learns only from its bootstrap sample', () => {
    const rows = Array.from({ length: 200 }, (_, i) => [i]);
    const labels = rows.map((_, i) => Number(i % 5 === 0));
    const tree = growTree(taskOf(rows, labels, { bootstrap: true, seed: 8 }));
    const drawn = bootstrapCounts(200, createRandom(8));
    const right = (i: number) => sharesOf(tree, rows[i]!)[labels[i]!] === 1;
    expect(rows.every((_, i) => drawn[i] === 0 || right(i))).toBe(true);
    expect(rows.every((_, i) => drawn[i] !== 0 || right(i))).toBe(false);
  });
});

describe('bootstrapCounts', () => {
  it('draws as many images as there are and omits a share of about 1 / e', () => {
    const counts = bootstrapCounts(10_000, createRandom(4));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
    // 10,000 / e = 3,679, standard deviation about 31 (without replacement of cells: sqrt(n (1/e - 2/e²))).
    const outside = counts.filter((count) => count === 0).length;
    expect(Math.abs(outside - 3679)).toBeLessThan(4 * 31);
  });
});

describe('toShares', () => {
  it('scales to a sum of 1 and does not change zeros', () => {
    expect([...toShares(Float64Array.of(1, 3))]).toEqual([0.25, 0.75]);
    expect([...toShares(Float64Array.of(0, 0))]).toEqual([0, 0]);
  });
});
