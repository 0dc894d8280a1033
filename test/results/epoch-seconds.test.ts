import { expect, it } from 'vitest';
import { epochSeconds } from '../../src/results/epoch-seconds.ts';

const curve = (...ends: number[]) =>
  ends.map((seconds, i) => ({
    epoch: i + 1,
    seconds,
    loss: null,
    accuracy: null,
    validationLoss: null,
    validationAccuracy: null,
  }));

it('leaves out the first epoch, in which graphs are built, when there are others', () => {
  expect(epochSeconds(curve(10, 13, 17))).toBe(3.5);
  expect(epochSeconds(curve(10))).toBe(10);
  expect(epochSeconds([])).toBeNull();
});
