import { expect, test } from 'vitest';
import { calibrationError } from '../../src/metrics/calibration-error.ts';
import { cases } from './cases.ts';

test.each(cases)('agrees with the definition, bin by bin: %s', (_, { truth, prediction, classCount, expected }) => {
  expect(calibrationError(truth, prediction, classCount)).toBeCloseTo(expected.calibrationError, 9);
});

test('weighs the gap of each bin by its images', () => {
  // Two bins. (0.5, 1]: confidences 0.75, 0.75, 0.625, two of three right: gap |2 - 2.125| / 3, weight 3 / 4.
  // [0, 0.5]: confidence 0.5, right: gap 0.5, weight 1 / 4. Sum: 0.125 / 4 + 0.5 / 4.
  const probabilities = Float32Array.of(0.75, 0.25, 0.75, 0.25, 0.375, 0.625, 0.5, 0.5);
  const labels = Uint8Array.of(0, 0, 1, 0);
  expect(calibrationError(Uint8Array.of(0, 1, 1, 0), { labels, probabilities }, 2, 2)).toBeCloseTo(0.15625, 12);
});

test('takes the probability of the class predicted, even when another has more', () => {
  const prediction = { labels: Uint8Array.of(1), probabilities: Float32Array.of(0.75, 0.25) };
  expect(calibrationError(Uint8Array.of(1), prediction, 2)).toBe(0.75);
});

test('stays at 1 when rounding left a probability above 1', () => {
  const prediction = { labels: Uint8Array.of(0), probabilities: Float32Array.of(1.0005, 0) };
  expect(calibrationError(Uint8Array.of(1), prediction, 2)).toBe(1);
});

test('puts a confidence of 0 into the first bin', () => {
  const prediction = { labels: Uint8Array.of(1), probabilities: Float32Array.of(1, 0) };
  expect(calibrationError(Uint8Array.of(1), prediction, 2)).toBe(1);
});

test('is null without images or without probabilities', () => {
  expect(
    calibrationError(new Uint8Array(), { labels: new Uint8Array(), probabilities: new Float32Array() }, 2),
  ).toBeNull();
  expect(calibrationError(Uint8Array.of(1), { labels: Uint8Array.of(1) }, 2)).toBeNull();
});
