import { expect, it } from 'vitest';
import { checks } from '../../src/conformance/all-checks.ts';
import { estimateSeconds } from '../../src/conformance/estimate-seconds.ts';

const chosen = (...ids: string[]) => checks.filter(({ id }) => ids.includes(id));

it('the estimate counts the timed fit, the fits of each check, and the large fit once', () => {
  // 5 s that no fit takes, and a hundredth of a second for each image.
  expect(estimateSeconds(chosen('runs'), 4)).toBeCloseTo(9);
  expect(estimateSeconds(chosen('runs', 'clock'), 4)).toBeCloseTo(13);
  expect(estimateSeconds(chosen('runs', 'globals', 'large-batches'), 4)).toBeCloseTo(9 + 30.5);
});

it('a model that fits 400 images in a second is estimated below 30 s', () => {
  expect(estimateSeconds(checks, 1)).toBeLessThan(30);
});

it('a large fit that would take more than a minute is not made', () => {
  expect(estimateSeconds(chosen('large-batches'), 13)).toBeCloseTo(18);
});
