import { expect, it } from 'vitest';
import { mostProbable } from '../../src/base/most-probable.ts';

it('returns the largest of each row, and the lowest label of equal ones', () => {
  expect([...mostProbable(Float32Array.of(0.1, 0.2, 0.7, 0.4, 0.2, 0.4), 3)]).toEqual([2, 0]);
});

it('returns no labels for no rows', () => {
  expect(mostProbable(new Float32Array(0), 3)).toHaveLength(0);
});
