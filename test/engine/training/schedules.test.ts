import { expect, it } from 'vitest';
import { cosine, warmUp } from '../../../src/engine/training/schedules.ts';

it('falls from 1 to 0 along half a cosine', () => {
  expect(cosine(0)).toBe(1);
  expect(cosine(0.5)).toBeCloseTo(0.5, 12);
  expect(cosine(1)).toBeCloseTo(0, 12);
});

it('rises to 1 and continues with the other schedule, and is never 0', () => {
  const rate = warmUp(0.2, cosine);
  expect(rate(0)).toBeGreaterThan(0);
  expect(rate(0.1)).toBeCloseTo(0.5, 12);
  expect(rate(0.2)).toBe(1);
  expect(rate(0.6)).toBeCloseTo(0.5, 12);
});
