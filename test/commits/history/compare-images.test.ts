import { expect, test } from 'vitest';
import { imageComparison } from '../../../src/commits/history/compare-images.ts';
import { findMetric } from '../../../src/metrics/find-metric.ts';
import type { ImageMetric } from '../../../src/metrics/metric.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { makeTests } from '../../report/images.ts';

const accuracy = findMetric('accuracy') as ImageMetric;
const runs = (accuracies: readonly number[]) =>
  accuracies.map((value, seed) => {
    const record = makeRecord({ accuracy: value, images: 1000, seed });
    return { value: record.metrics.accuracy, fit: record.predictions, record };
  });
const before = runs([0.8, 0.801, 0.802]);
const after = runs([0.9, 0.902]);
const tests = makeTests([before[0]!.record]);

test('commits are compared by the mean accuracy of their fits, over seeds and test images', () => {
  const contrast = imageComparison(accuracy, tests, null)(before, after)!;
  expect(contrast.before).toBeCloseTo(0.801, 2);
  expect(contrast.after).toBeCloseTo(0.901, 2);
  expect(contrast.interval![0]).toBeGreaterThan(0.05);
  expect(contrast.p).toBeLessThan(0.001);
});

test('nothing is said without the test images or the probabilities', () => {
  expect(imageComparison(accuracy, new Map(), null)(before, after)).toBeNull();
  expect(imageComparison(findMetric('log-loss') as ImageMetric, tests, null)(before, after)).toBeNull();
});
