import { describe, expect, it } from 'vitest';
import { divideFit, isNear } from '../../src/run/fit-times.ts';

const span = (wallSeconds: number) => ({ wallSeconds, processorSeconds: wallSeconds });
const point = (epoch: number) => ({
  epoch,
  seconds: epoch,
  loss: 1,
  accuracy: null,
  validationLoss: null,
  validationAccuracy: null,
});
const claimed = {
  fitSeconds: 10,
  evaluations: [1, 1],
  checkpointSeconds: 0.5,
  earlier: { trainSeconds: 0, evaluateSeconds: 0 },
  curve: [point(1), point(2)],
};

describe('divideFit', () => {
  it('takes passes over the validation images and waiting for checkpoints off the training time', () => {
    expect(divideFit(claimed, span(10), 1)).toEqual({ trainSeconds: 7.5, evaluateSeconds: 2.5, excessSeconds: 0 });
  });

  it('adds the times of earlier processes', () => {
    const earlier = { trainSeconds: 100, evaluateSeconds: 20 };
    expect(divideFit({ ...claimed, earlier }, span(10), 1)).toMatchObject({
      trainSeconds: 107.5,
      evaluateSeconds: 22.5,
    });
  });

  it('counts as training what a pass does not need: at most twice its time, and half a second once', () => {
    // Allowed: 2 x 0.1 + 0.02 for each of two passes, and 0.5.
    const { trainSeconds, excessSeconds } = divideFit(claimed, span(10), 0.1);
    expect(excessSeconds).toBeCloseTo(2 - 0.94, 9);
    expect(trainSeconds).toBeCloseTo(7.5 + 2 - 0.94, 9);
  });

  it('allows one pass for each point of the learning curve, and one more', () => {
    const many = { ...claimed, evaluations: Array.from({ length: 8 }, () => 1) };
    // Three passes of 1 s and 0.5 s are evaluation; the other 4.5 s are training.
    expect(divideFit(many, span(10), 1).excessSeconds).toBeCloseTo(4.5, 9);
  });

  it('does not believe a clock that is far from that of the harness', () => {
    expect(divideFit({ ...claimed, fitSeconds: 2 }, span(10), 1).trainSeconds).toBe(7.5);
    expect(divideFit({ ...claimed, fitSeconds: 9.9 }, span(10), 1).trainSeconds).toBeCloseTo(7.4, 9);
  });

  it('never gives less than no time', () => {
    expect(divideFit({ ...claimed, fitSeconds: 0, checkpointSeconds: 50 }, span(0), 1)).toMatchObject({
      trainSeconds: 0,
      evaluateSeconds: 0,
    });
  });
});

describe('isNear', () => {
  it('allows half a second and a tenth, in both directions', () => {
    expect([8.6, 10, 11.4].map((seconds) => isNear(seconds, span(10)))).toEqual([true, true, true]);
    expect([8.4, 11.6].map((seconds) => isNear(seconds, span(10)))).toEqual([false, false]);
  });
});
