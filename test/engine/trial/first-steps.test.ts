import { expect, it } from 'vitest';
import { checkLosses } from '../../../src/engine/trial/first-steps.ts';

it('accepts the losses of a network that learns', () => {
  expect(() => checkLosses([Math.LN10, 2.1])).not.toThrow();
});

it.each([
  ['is not that of equal probabilities', [2.31, 2.1]],
  ['does not fall', [Math.LN10, Math.LN10]],
  ['is not a number', [Number.NaN, Number.NaN]],
  ['is missing', [Math.LN10, null]],
])('rejects an engine whose loss %s', (_, losses) => {
  expect(() => checkLosses(losses)).toThrow(/^the engine computes wrongly: the loss of the first training step is/);
});
