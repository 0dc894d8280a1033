import { expect, test } from 'vitest';
import { traceModels } from '../../../src/commits/history/trace.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { fitAt, withParams } from './pasts.ts';

const traced = (...states: readonly (readonly FitRecord[])[]) =>
  traceModels(states).map(({ name, fits }) => [name, fits.map(({ state, records }) => [state, records.length])]);

const knn = (commit: number, k: number) => withParams(fitAt(commit, { model: 'knn' }), { k });

test('a model is one trace over the commits that have it, sorted by name', () => {
  expect(
    traced([fitAt(1, { model: 'svm' })], [], [fitAt(3), fitAt(3, { seed: 1 })], [fitAt(4, { model: 'svm' })]),
  ).toEqual([
    ['cnn', [[2, 2]]],
    [
      'svm',
      [
        [0, 1],
        [3, 1],
      ],
    ],
  ]);
});

test('a changed parameter continues the same trace', () => {
  expect(traced([knn(1, 5)], [knn(2, 7)])).toEqual([
    [
      'knn',
      [
        [0, 1],
        [1, 1],
      ],
    ],
  ]);
});

test('equal sets of parameters continue where there are several, and traces are named by the parameters that differ', () => {
  expect(traced([knn(1, 5)], [knn(2, 7), knn(2, 5)], [knn(3, 7)], [knn(4, 5)])).toEqual([
    [
      'knn (k=5)',
      [
        [0, 1],
        [1, 1],
        [3, 1],
      ],
    ],
    [
      'knn (k=7)',
      [
        [1, 1],
        [2, 1],
      ],
    ],
  ]);
});

test('no measurement makes no trace', () => {
  expect(traced()).toEqual([]);
  expect(traced([], [])).toEqual([]);
});
