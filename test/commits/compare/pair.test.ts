import { expect, it } from 'vitest';
import { pairFits } from '../../../src/commits/compare/pair.ts';
import type { FinishedRecord } from '../../../src/results/schema.ts';
import { makeRecord } from '../../fixtures/records.ts';

function fitted(model: string, params: FinishedRecord['model']['params'], seed = 0): FinishedRecord {
  const record = makeRecord({ model, seed, images: 10 });
  return { ...record, model: { ...record.model, params } };
}

function onSplit(splitHash: string, train: number): FinishedRecord {
  const record = fitted('knn', { k: 5 });
  return { ...record, dataset: { ...record.dataset, splitHash, train } };
}

/** The name of each pair, and its numbers of fits before and after. */
function named(before: readonly FinishedRecord[], after: readonly FinishedRecord[]) {
  return pairFits(before, after).map((pair) => [pair.name, pair.before.length, pair.after.length]);
}

it('pairs fits by the id of the model, all seeds together', () => {
  expect(
    named([fitted('knn', {}), fitted('cnn', {}, 1), fitted('cnn', {}, 2)], [fitted('cnn', {}, 1), fitted('svm', {})]),
  ).toEqual([
    ['cnn', 2, 1],
    ['svm', 0, 1],
    ['knn', 1, 0],
  ]);
});

it('pairs single sets of parameters even if they differ', () => {
  expect(named([fitted('knn', { k: 5 })], [fitted('knn', { k: 9 })])).toEqual([['knn', 1, 1]]);
});

it('pairs equal sets of parameters where there are several, named by the parameters that differ', () => {
  const before = [fitted('knn', { k: 5, metric: 'l2' }), fitted('knn', { k: 9, metric: 'l2' })];
  const after = [fitted('knn', { metric: 'l2', k: 9 }), fitted('knn', { metric: 'l2', k: 3, weights: 'distance' })];
  expect(named(before, after)).toEqual([
    ['knn (k=9, weights absent)', 1, 1],
    ['knn (k=3, weights=distance)', 0, 1],
    ['knn (k=5, weights absent)', 1, 0],
  ]);
});

it('pairs equal splits where there are several, named by the number of training images', () => {
  const [small, large] = [onSplit('a'.repeat(64), 1000), onSplit('b'.repeat(64), 2000)];
  expect(named([small, large], [large])).toEqual([
    ['knn (2,000 images)', 1, 1],
    ['knn (1,000 images)', 1, 0],
  ]);
  expect(named([small, onSplit('c'.repeat(64), 1000)], [small])[0]).toEqual(['knn (split aaaaaaaa)', 1, 1]);
  expect(named([small], [large])).toEqual([['knn', 1, 1]]);
});
