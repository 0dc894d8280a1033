import { expect, test } from 'vitest';
import { checkPrediction } from '../../src/metrics/check-prediction.ts';
import type { Prediction } from '../../src/types.ts';

const labels = Uint8Array.of(0, 1);
const probabilities = (...values: number[]) => ({ labels, probabilities: Float32Array.from(values) });

test.each<[string, Prediction]>([
  ['labels alone', { labels }],
  ['rows that sum to 1', probabilities(1, 0, 0.25, 0.75)],
  ['rows off by less than 0.001', probabilities(0.5, 0.4995, 1.0005, 0)],
])('accepts %s', (_, prediction) => {
  expect(() => checkPrediction(prediction, 2, 2)).not.toThrow();
});

test('accepts nothing for nothing', () => {
  expect(() => checkPrediction({ labels: new Uint8Array(), probabilities: new Float32Array() }, 0, 2)).not.toThrow();
});

test.each<[string, unknown, string]>([
  ['too few labels', { labels: Uint8Array.of(0) }, 'wrong number of labels: 1; expected 2'],
  ['a label out of range', { labels: Uint8Array.of(0, 7) }, 'label out of range: 7 for image 1; allowed: 0 to 1'],
  ['labels of another type', { labels: [0, 1] }, 'wrong labels: Array; expected Uint8Array'],
  ['no labels', {}, 'wrong labels: undefined; expected Uint8Array'],
  [
    'probabilities of another type',
    { labels, probabilities: [1, 0, 0, 1] },
    'wrong probabilities: Array; expected Float32Array',
  ],
  [
    'too few probabilities',
    probabilities(1, 0, 1),
    'wrong number of probabilities: 3; expected 4 (2 images x 2 classes)',
  ],
  ['NaN', probabilities(1, 0, Number.NaN, 1), 'invalid probability: NaN for image 1, class 0; allowed: 0 to 1'],
  ['infinity', probabilities(1, 0, 0, Infinity), 'invalid probability: Infinity for image 1, class 1'],
  ['a negative probability', probabilities(-0.5, 1.5, 1, 0), 'invalid probability: -0.5 for image 0, class 0'],
  ['a row that sums to less', probabilities(1, 0, 0.5, 0.25), 'those of image 1 sum to 0.75; expected 1 within 0.001'],
])('names the fault: %s', (_, prediction, message) => {
  expect(() => checkPrediction(prediction as Prediction, 2, 2)).toThrow(message);
});
