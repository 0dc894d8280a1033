import { expect, it } from 'vitest';
import { checkFitted } from '../../src/base/check-fitted.ts';

it('refuses a model without a fitted state, and names the method', () => {
  expect(() => checkFitted(undefined, 'predict')).toThrow('predict called before fit');
  expect(() => checkFitted(undefined, 'save')).toThrow('save called before fit');
});

it('takes every other state for fitted, an empty one too', () => {
  for (const state of [0, '', null, []]) expect(() => checkFitted(state, 'predict')).not.toThrow();
});
