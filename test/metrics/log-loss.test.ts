import { expect, test } from 'vitest';
import { logLoss } from '../../src/metrics/log-loss.ts';
import { cases } from './cases.ts';

test.each(cases)('agrees with scikit-learn: %s', (_, { truth, prediction, classCount, expected }) => {
  const loss = logLoss(truth, prediction.probabilities, classCount);
  expect(loss).toBeCloseTo(expected.logLoss, 9);
  // scikit-learn itself sums float32 in float32
  expect(loss).toBeCloseTo(expected.logLossInFloat32, 5);
});

test('averages -ln p of the true class', () => {
  // (ln 2 + ln 4) / 2
  const probabilities = Float32Array.of(0.5, 0.5, 0.75, 0.25);
  expect(logLoss(Uint8Array.of(0, 1), probabilities, 2)).toBeCloseTo((3 * Math.LN2) / 2, 12);
});

test('clips certainty at the gap between 1 and the next float32', () => {
  const certain = Float32Array.of(1, 0);
  expect(logLoss(Uint8Array.of(1), certain, 2)).toBeCloseTo(23 * Math.LN2, 12);
  expect(logLoss(Uint8Array.of(0), certain, 2)).toBe(-Math.log(1 - 2 ** -23));
});

test('is null for an empty set', () => {
  expect(logLoss(new Uint8Array(), new Float32Array(), 2)).toBeNull();
});
