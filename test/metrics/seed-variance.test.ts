import { expect, test } from 'vitest';
import { findMetric } from '../../src/metrics/find-metric.ts';
import { seedVariancesOf } from '../../src/metrics/seed-variance.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { makeRecord } from '../fixtures/records.ts';

const accuracy = findMetric('accuracy');

function fitted(model: string, seed: number, value: number, sourceHash = 'a'.repeat(64), repeat = 1): FinishedRecord {
  const record = makeRecord({ model, seed, repeat });
  return { ...record, model: { ...record.model, sourceHash }, metrics: { ...record.metrics, accuracy: value } };
}

test('the variance over seeds is pooled over fits of the same code', () => {
  const other = 'b'.repeat(64);
  const varianceOf = seedVariancesOf([
    fitted('cnn', 1, 0.9),
    fitted('cnn', 2, 0.92),
    fitted('cnn', 1, 0.5, other),
    fitted('cnn', 2, 0.51, other),
    fitted('cnn', 3, 0.52, other),
    fitted('mlp', 1, 0.8),
  ]);
  // Variances 2e-4 with one degree of freedom and 1e-4 with two.
  expect(varianceOf('cnn', accuracy)).toEqual({ variance: expect.closeTo(4e-4 / 3, 12), degrees: 3 });
  expect(varianceOf('mlp', accuracy)).toBeNull();
  expect(varianceOf('svm', accuracy)).toBeNull();
});

test('repeats of a seed are no other seeds', () => {
  const fits = [1, 2, 3].map((repeat) => fitted('cnn', 1, 0.9, 'a'.repeat(64), repeat));
  expect(seedVariancesOf(fits)('cnn', accuracy)).toBeNull();
});

test('a model whose fits never use their seed does not vary', () => {
  const known = { ...fitted('knn', 1, 0.9), usesSeed: false };
  expect(seedVariancesOf([known])('knn', accuracy)).toEqual({ variance: 0, degrees: Number.POSITIVE_INFINITY });
  // Older records do not say whether it does.
  expect(seedVariancesOf([known, fitted('knn', 1, 0.9)])('knn', accuracy)!.variance).toBe(0);
  expect(seedVariancesOf([known, { ...known, usesSeed: true }])('knn', accuracy)).toBeNull();
});
