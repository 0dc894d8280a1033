import { expect, test } from 'vitest';
import { checkPrediction } from '../../src/metrics/check-prediction.ts';
import { toPrediction } from '../../src/metrics/to-prediction.ts';
import type { ReturnedPrediction } from '../../src/types.ts';

test.each<[string, ReturnedPrediction]>([
  ['plain arrays', { labels: [1, 0], probabilities: [0.25, 0.75, 1, 0] }],
  [
    'one row for each image',
    {
      labels: [[1], [0]],
      probabilities: [
        [0.25, 0.75],
        [1, 0],
      ],
    },
  ],
  ['typed arrays of other types', { labels: Int32Array.of(1, 0), probabilities: Float64Array.of(0.25, 0.75, 1, 0) }],
  ['typed rows', { labels: Float32Array.of(1, 0), probabilities: [Float32Array.of(0.25, 0.75), [1, 0]] }],
])('converts %s', (_, returned) => {
  const prediction = toPrediction(returned, 2, 2);
  expect(prediction).toEqual({ labels: Uint8Array.of(1, 0), probabilities: Float32Array.of(0.25, 0.75, 1, 0) });
  expect(() => checkPrediction(prediction, 2, 2)).not.toThrow();
});

test('returns arrays of the right type as they are, whatever they contain', () => {
  const [labels, probabilities] = [Uint8Array.of(9), Float32Array.of(Number.NaN)];
  const prediction = toPrediction({ labels, probabilities }, 2, 2);
  expect(prediction.labels).toBe(labels);
  expect(prediction.probabilities).toBe(probabilities);
});

test('has no probabilities where the model has none', () => {
  expect(toPrediction({ labels: [], probabilities: undefined }, 0, 2)).toEqual({ labels: new Uint8Array() });
  expect(toPrediction({ labels: [], probabilities: [] }, 0, 2).probabilities).toEqual(new Float32Array());
});

const labels = [0, 1];
test.each<[string, unknown, string]>([
  ['nothing', undefined, 'wrong labels: undefined; expected an array with one class index for each image'],
  ['labels alone', [0, 1], 'wrong labels: undefined; expected an array'],
  ['no array', { labels: new Map() }, 'wrong labels: Map; expected an array with one class index for each image'],
  ['texts', { labels: ['0', '1'] }, 'wrong labels: String at position 0; expected numbers: an array with one class'],
  ['too few labels', { labels: [0] }, 'wrong number of labels: 1; expected 2'],
  [
    'too many nested labels',
    {
      labels: [
        [1, 0],
        [0, 1],
      ],
    },
    'wrong number of labels: 4; expected 2',
  ],
  ['a label above the classes', { labels: [0, 7] }, 'label out of range: 7 for image 1; allowed: 0 to 1'],
  ['a label that a byte would wrap', { labels: [0, 256] }, 'label out of range: 256 for image 1; allowed: 0 to 1'],
  ['a negative label', { labels: [-1, 0] }, 'label out of range: -1 for image 0; allowed: 0 to 1'],
  ['a broken label', { labels: [0, 0.5] }, 'invalid label: 0.5 for image 1; expected a whole number, 0 to 1'],
  ['NaN', { labels: [Number.NaN, 0] }, 'invalid label: NaN for image 0; expected a whole number, 0 to 1'],
  [
    'no array of probabilities',
    { labels, probabilities: 1 },
    'wrong probabilities: Number; expected an array of images',
  ],
  [
    'big integers',
    { labels, probabilities: [[1n, 0n]] },
    'wrong probabilities: BigInt at position 0; expected numbers',
  ],
  [
    'a short row',
    { labels, probabilities: [[1, 0], [1]] },
    'wrong number of probabilities of image 1: 1; expected 2, one for each class',
  ],
])('names the fault: %s', (_, returned, message) => {
  expect(() => toPrediction(returned as ReturnedPrediction, 2, 2)).toThrow(message);
});

test.each<[string, number[][], string]>([
  [
    'NaN',
    [
      [1, 0],
      [Number.NaN, 1],
    ],
    'invalid probability: NaN for image 1, class 0; allowed: 0 to 1',
  ],
  ['a missing row', [[1, 0]], 'wrong number of probabilities: 2; expected 4 (2 images x 2 classes)'],
  [
    'a wrong sum',
    [
      [1, 0],
      [0.5, 0.25],
    ],
    'those of image 1 sum to 0.75; expected 1 within 0.001',
  ],
])('leaves to the check of all predictions: %s', (_, probabilities, message) => {
  expect(() => checkPrediction(toPrediction({ labels, probabilities }, 2, 2), 2, 2)).toThrow(message);
});
