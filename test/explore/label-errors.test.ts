import { expect, it } from 'vitest';
import { findLabelErrors } from '../../src/explore/label-errors.ts';

const predictionOf = (modelId: string, labels: number[], confidence: number[]) => ({
  modelId,
  labels: Uint8Array.from(labels),
  confidence: Float64Array.from(confidence),
});

it('finds images for which several models predict the same other class, those of most models first', () => {
  const truth = Uint8Array.of(0, 0, 0, 0);
  const predictions = [
    // All predict 1; probabilities too low; two against one; correct.
    predictionOf('a', [1, 1, 2, 0], [0.9, 0.9, 0.8, 1]),
    predictionOf('b', [1, 1, 2, 0], [0.8, 0.3, 1, 1]),
    predictionOf('c', [1, 0, 1, 0], [1, 1, 1, 1]),
  ];
  expect(findLabelErrors(predictions, truth, { models: 2, confidence: 0.8 })).toEqual([
    { image: 0, label: 0, suggested: 1, models: ['a', 'b', 'c'], confidence: expect.closeTo(0.9, 12) },
    { image: 2, label: 0, suggested: 2, models: ['a', 'b'], confidence: expect.closeTo(0.9, 12) },
  ]);
  expect(findLabelErrors(predictions, truth, { models: 4, confidence: 0 })).toEqual([]);
});
