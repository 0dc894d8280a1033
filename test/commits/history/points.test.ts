import { expect, test } from 'vitest';
import { pointOf, runsOf } from '../../../src/commits/history/points.ts';
import { findMetric } from '../../../src/metrics/find-metric.ts';
import { makeFailedRecord, makeRecord } from '../../fixtures/records.ts';

function fitOf(seed: number, accuracy: number, trainSeconds: number, repeat = 1) {
  const record = makeRecord({ seed, trainSeconds, repeat });
  return { ...record, metrics: { ...record.metrics, accuracy } };
}

test('shares are means over seeds with their deviation; a repeat of a seed does not count', () => {
  const records = [fitOf(1, 0.8, 10), fitOf(2, 0.9, 40), fitOf(3, 0.85, 20), fitOf(1, 0.1, 10, 2)];
  const point = pointOf(records, findMetric('accuracy'), 4);
  // mean (0.8 + 0.9 + 0.85) / 3; sd sqrt((0.05² + 0.05²) / 2)
  expect(point).toMatchObject({ state: 4, range: null, count: 3, failures: [] });
  expect(point.value).toBeCloseTo(0.85, 12);
  expect(point.sd).toBeCloseTo(0.05, 12);
  expect(runsOf(records, findMetric('accuracy'))).toHaveLength(3);
});

test('times are medians over seeds and repeats with their range', () => {
  const records = [fitOf(1, 0.8, 10), fitOf(2, 0.9, 40), fitOf(1, 0.8, 12, 2)];
  expect(pointOf(records, findMetric('fit-time'), 0)).toEqual({
    state: 0,
    value: 12,
    sd: null,
    range: [10, 40],
    count: 3,
    failures: [],
  });
});

test('a single fit has neither deviation nor range', () => {
  const one = [fitOf(1, 0.8, 10)];
  expect(pointOf(one, findMetric('accuracy'), 0)).toMatchObject({ value: 0.8, sd: null, range: null, count: 1 });
  expect(pointOf(one, findMetric('fit-time'), 0)).toMatchObject({ value: 10, sd: null, range: null, count: 1 });
});

test('failed fits and fits without the metric have no value', () => {
  expect(pointOf([makeFailedRecord({ seed: 2 })], findMetric('accuracy'), 0)).toMatchObject({
    value: null,
    count: 0,
    failures: ['seed 2: loss is NaN after epoch 2'],
  });
  expect(pointOf([makeRecord({ probabilities: false })], findMetric('calibration-error'), 0)).toMatchObject({
    value: null,
    failures: [],
  });
});
