import { expect, it } from 'vitest';
import { findLabelErrors } from '../../src/explore/label-errors.ts';

const opinion = (modelId: string, labels: number[], confidence: number[]) => ({
  modelId,
  labels: Uint8Array.from(labels),
  confidence: Float64Array.from(confidence),
});

it('names images that several sure models see otherwise with one voice, the loudest first', () => {
  const truth = Uint8Array.of(0, 0, 0, 0);
  const opinions = [
    // Agreed on 1; unsure; two against one; right.
    opinion('a', [1, 1, 2, 0], [0.9, 0.9, 0.8, 1]),
    opinion('b', [1, 1, 2, 0], [0.8, 0.3, 1, 1]),
    opinion('c', [1, 0, 1, 0], [1, 1, 1, 1]),
  ];
  expect(findLabelErrors(opinions, truth, { models: 2, confidence: 0.8 })).toEqual([
    { image: 0, label: 0, suggested: 1, models: ['a', 'b', 'c'], confidence: expect.closeTo(0.9, 12) },
    { image: 2, label: 0, suggested: 2, models: ['a', 'b'], confidence: expect.closeTo(0.9, 12) },
  ]);
  expect(findLabelErrors(opinions, truth, { models: 4, confidence: 0 })).toEqual([]);
});
