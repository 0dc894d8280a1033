import { expect, test } from 'vitest';
import { confusionMatrix, predictedOf, supportOf } from '../../src/metrics/confusion.ts';
import { cases } from './cases.ts';

test.each(cases)('counts as scikit-learn does: %s', (_, { truth, prediction, classCount, expected }) => {
  const confusion = confusionMatrix(truth, prediction.labels, classCount);
  expect(confusion).toEqual(expected.confusion);
  expect(supportOf(confusion)).toEqual(expected.support);
});

test('puts the truth in rows and the prediction in columns', () => {
  const confusion = confusionMatrix(Uint8Array.of(0, 0, 1), Uint8Array.of(1, 1, 1), 2);
  expect(confusion).toEqual([
    [0, 2],
    [0, 1],
  ]);
  expect(predictedOf(confusion)).toEqual([0, 3]);
});

test('is all zero for an empty set', () => {
  expect(confusionMatrix(new Uint8Array(), new Uint8Array(), 2)).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('refuses labels out of range and lists of different lengths', () => {
  expect(() => confusionMatrix(Uint8Array.of(0, 2), Uint8Array.of(0, 0), 2)).toThrow(
    'label out of range: 2 of image 1; allowed: 0 to 1',
  );
  expect(() => confusionMatrix(Uint8Array.of(0), Uint8Array.of(9), 2)).toThrow('label out of range: 9 of image 0');
  expect(() => confusionMatrix(Uint8Array.of(0), new Uint8Array(), 2)).toThrow(
    'cannot compare 1 true labels with 0 predictions',
  );
});
