import { afterEach, expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { watchSeed } from '../../src/run/watch-seed.ts';
import type { FitContext } from '../../src/types.ts';

const { random } = Math;
afterEach(() => {
  Math.random = random;
});

const context = { seed: 7, params: { k: 5 } } as unknown as FitContext;

test('a fit that reads neither its seed nor random numbers does not use its seed', () => {
  const watched = watchSeed(context);
  expect(watched.context.params).toEqual({ k: 5 });
  expect(watched.isUsed()).toBe(false);
});

test('reading the seed is noticed', () => {
  const watched = watchSeed(context);
  expect(watched.context.seed).toBe(7);
  expect(watched.isUsed()).toBe(true);
});

test('drawing a random number is noticed and changes no number', () => {
  Math.random = createRandom(3);
  const watched = watchSeed(context);
  expect(watched.isUsed()).toBe(false);
  const expected = createRandom(3);
  for (let i = 0; i < 3; i++) expect(Math.random()).toBe(expected());
  expect(watched.isUsed()).toBe(true);
});
