import { expect, it } from 'vitest';
import { type BoostedTree, Routes } from '../../../src/solvers/boosting/boosted-tree.ts';

// Feature 0 <= 10: leaf with value 1. Otherwise feature 1 <= 3: leaf with value 2, else 4.
const tree: BoostedTree = {
  features: Int32Array.of(0, -1, 1, -1, -1),
  thresholds: Uint8Array.of(10, 0, 3, 0, 0),
  children: Int32Array.of(1, 0, 3, 0, 0),
  values: Float32Array.of(0, 1, 0, 2, 4),
};

it('routes each image to its leaf and adds its value', () => {
  // Images (11, 3), (10, 9), (255, 4), (0, 0), as columns.
  const routes = new Routes(4);
  routes.follow(tree, Uint8Array.of(11, 10, 255, 0, 3, 9, 4, 0));
  const scores = Float32Array.of(0, 0, 0, 0.5);
  routes.addValues(tree, scores);
  expect([...scores]).toEqual([2, 1, 4, 1.5]);
  expect([...routes.rows.subarray(routes.starts[1], routes.ends[1])]).toEqual([1, 3]);
});

it('works for a tree of one leaf, and for no images', () => {
  const leaf: BoostedTree = {
    features: Int32Array.of(-1),
    thresholds: new Uint8Array(1),
    children: new Int32Array(1),
    values: Float32Array.of(3),
  };
  const one = new Routes(1);
  one.follow(leaf, Uint8Array.of(7));
  const scores = Float32Array.of(1);
  one.addValues(leaf, scores);
  expect([...scores]).toEqual([4]);
  const none = new Routes(0);
  none.follow(tree, new Uint8Array(0));
  expect(() => none.addValues(tree, new Float32Array(0))).not.toThrow();
});
