// Lies that only the true classes reveal: the record agrees with itself.
import { expect, test } from 'vitest';
import { disagreementWithLabels } from '../../src/metrics/check-against-labels.ts';
import { score } from '../../src/metrics/score.ts';
import { checkRecord } from '../../src/results/check.ts';
import { decodeLabels, encodeLabels } from '../../src/results/encode.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { makeComparison, makeRecord, makeTruth } from '../fixtures/records.ts';
import { makeTest } from '../report/images.ts';

const images = makeTest(200, 10);
const record = makeRecord();

/** Swaps the predictions of two images. */
function swapped(one: number, other: number): FinishedRecord {
  const labels = decodeLabels(record.predictions);
  [labels[one], labels[other]] = [labels[other]!, labels[one]!];
  return { ...record, predictions: encodeLabels(labels) };
}

test('records of these images agree, with probabilities or without, of models that never predict a class', () => {
  for (const one of makeComparison()) {
    if (one.status === 'ok') expect(disagreementWithLabels(one, images), one.model.id).toBeNull();
  }
});

test('the predictions of other images disagree, although the record agrees with itself', () => {
  const lie = swapped(0, 1);
  expect(checkRecord(lie)).toEqual(lie);
  expect(disagreementWithLabels(lie, images)).toMatch(
    /^metrics\.confusion\.0\.0: 1[0-9]; the predictions of its test images give 1[0-9]$/,
  );
});

test('scores of other predictions disagree, whatever is stored', () => {
  const perfect = score(makeTruth(), { labels: makeTruth() }, 10);
  const { calibrationError, logLoss } = record.metrics;
  const metrics = { ...record.metrics, ...perfect, calibrationError, logLoss };
  expect(disagreementWithLabels({ ...record, metrics }, images)).toMatch(/^metrics\.confusion\./);
});

test('a metric that the list has and the check of a record does not know is compared, too', () => {
  const metrics = { ...record.metrics, accuracy: 0.5 };
  expect(disagreementWithLabels({ ...record, metrics }, images)).toBe(
    `metrics.accuracy: 0.5; its predictions give ${record.metrics.accuracy}`,
  );
});

test('a calibration error outside the range of the stored confidences disagrees', () => {
  const { calibrationError } = record.metrics;
  const metrics = { ...record.metrics, calibrationError: calibrationError! + 0.1 };
  expect(disagreementWithLabels({ ...record, metrics }, images)).toMatch(/^metrics\.calibrationError: /);
});

test('another number of images or classes disagrees', () => {
  expect(disagreementWithLabels(record, makeTest(100, 10))).toBe('dataset.test: 200; its split has 100 test images');
  expect(disagreementWithLabels(makeRecord({ classCount: 3 }), images)).toBe(
    'dataset.classNames: length 3; test image 3 is of class 3',
  );
});
