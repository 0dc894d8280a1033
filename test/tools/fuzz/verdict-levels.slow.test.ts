import { describe, expect, test } from 'vitest';
import {
  SIMULATED_METRICS,
  shareByMcNemar,
  shareOfDifferences,
  shareOfFamilies,
} from '../../../tools/fuzz/verdict-levels.ts';

/** False alarms may be at most 6 % of many simulations. Of 300, 8.8 % is three standard errors more than 5 %. */
const SIMULATIONS = 300;
const MOST = 0.088;
const IMAGES = 1000;

describe('equal models are called different in about 5 % of comparisons or less', () => {
  test.each([
    [1, 0.5, 0],
    [2, 0, 0],
    [2, 1, 0],
    [2, 0.5, 0.005],
    [3, 0.9, 0],
    [3, 0.5, 0.01],
    [6, 0.9, 0],
  ])('%d seeds, of whose answers %d repeat, with a spread of %d', (seeds, share, seedSpread) => {
    const shares = shareOfDifferences({ images: IMAGES, seeds, share, seedSpread }, SIMULATIONS);
    for (const [i, found] of shares.entries()) expect(found, SIMULATED_METRICS[i]).toBeLessThanOrEqual(MOST);
  });
});

test('ten equal models are called different in about 5 % of families or less', () => {
  expect(shareOfFamilies({ images: 500, seeds: 3, share: 0.9 }, 10, 100)).toBeLessThanOrEqual(0.115);
});

test.each([0, 0.9])('three seeds find a difference as often as one, %d of answers repeat', (share) => {
  const situation = { images: 1000, seeds: 3, share, effect: 0.03 };
  const [found] = shareOfDifferences(situation, SIMULATIONS);
  // Three standard errors of the difference of two shares.
  expect(found).toBeGreaterThan(shareByMcNemar(situation, SIMULATIONS) - 0.1);
  expect(found).toBeGreaterThan(0.2);
});
