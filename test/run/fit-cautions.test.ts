import { describe, expect, it } from 'vitest';
import { engineCaution, type FitEvidence, fitCautions } from '../../src/run/fit-cautions.ts';
import { curvePoint } from '../fixtures/curve-point.ts';

const span = (wallSeconds: number, processorSeconds: number | null = wallSeconds) => ({
  wallSeconds,
  processorSeconds,
});
const predicted = (images: number, seconds: number) => ({ images, claimedSeconds: seconds, span: span(seconds) });

/** A fit of 10 s on one of two threads, and a prediction of 10,000 images in 3 s. */
const honest: FitEvidence = {
  threads: 2,
  classCount: 10,
  setup: span(2, 3),
  warmUp: span(1, 1.5),
  fit: span(10),
  claimedFitSeconds: 10,
  runningThreads: 2,
  excessSeconds: 0,
  test: predicted(10_000, 3),
  train: predicted(10_000, 2.8),
  few: predicted(4, 0.01),
  handover: span(0.1),
  testBytes: 7_840_000,
  curve: [curvePoint(1, 2.3), curvePoint(2, 0.5)],
  trainAccuracy: 0.9,
};

const cautionsOf = (changes: Partial<FitEvidence>): string[] => fitCautions({ ...honest, ...changes });

it('plain JavaScript in place of the library is a caution; WebGPU and the library are not', () => {
  expect(engineCaution({ name: 'tfjs', backend: 'cpu' })).toMatch(/^Plain JavaScript computed/);
  expect(engineCaution({ name: 'tfjs', backend: 'webgpu' })).toBeNull();
  expect(engineCaution({ name: 'tensorflow', backend: 'tensorflow' })).toBeNull();
});

describe('fitCautions', () => {
  it.each<[string, Partial<FitEvidence>]>([
    ['an ordinary fit', {}],
    [
      'a lazy learner, which predicts for longer than it fits',
      {
        fit: span(0),
        claimedFitSeconds: 0,
        test: predicted(10_000, 60),
        train: predicted(10_000, 55),
        few: predicted(4, 0.4),
      },
    ],
    ['a fit on all threads of a busy machine', { fit: span(30, 20), claimedFitSeconds: 30 }],
    ['a fit whose helpers use a part of another core', { threads: 1, fit: span(10, 13) }],
    [
      'a short fit that keeps more cores busy for a moment',
      { threads: 1, fit: span(0.2, 0.6), claimedFitSeconds: 0.2 },
    ],
    [
      'an engine that loads and compiles for long',
      { setup: span(20, 20), warmUp: span(12, 12), fit: span(1), claimedFitSeconds: 1 },
    ],
    ['a first prediction that compiles', { test: predicted(10_000, 4.5), train: predicted(10_000, 2.9) }],
    ['a fit without a learning curve', { curve: [], trainAccuracy: null }],
    ['large test images that are received for long', { handover: span(5), testBytes: 500_000_000 }],
    ['a loss that rises from nearly nothing', { curve: [curvePoint(1, 1e-9), curvePoint(2, 1e-3)] }],
    ['a large loss that falls', { curve: [curvePoint(1, 1e6), curvePoint(2, 1e5)] }],
    [
      'a system that does not tell processor times',
      { fit: span(10, null), setup: span(2, null), test: { ...predicted(10_000, 3), span: span(3, null) } },
    ],
  ])('has nothing to say about %s', (_what, changes) => {
    expect(cautionsOf(changes)).toEqual([]);
  });

  it.each<[string, Partial<FitEvidence>, string]>([
    [
      'a fit time that the harness did not measure',
      { claimedFitSeconds: 0 },
      "The model's process reported a fit of <1 ms, but the harness measured 10.0 s, which counts.",
    ],
    [
      'a prediction time that the harness did not measure',
      { test: { ...predicted(10_000, 3), claimedSeconds: 0.001 } },
      "The model's process reported a prediction of 1 ms, but the harness measured 3.00 s, which counts.",
    ],
    [
      'training inside evaluating',
      { excessSeconds: 6 },
      '6.00 s inside context.evaluating count as training: passes over the validation images do not take that long.',
    ],
    ['more busy cores than threads', { fit: span(10, 38) }, 'The fit kept 3.8 cores busy, but was given 2 threads.'],
    [
      'more threads than were given',
      { runningThreads: 16 },
      'The fit ran 16 threads at a time, but was given 2 threads.',
    ],
    [
      'a warm-up that works more than the fit',
      { warmUp: span(20), fit: span(1), claimedFitSeconds: 1 },
      'The warm-up used 20.0 s of processor time and the fit 1.00 s: a part of the training may have run before the clock started.',
    ],
    [
      'training after fit has answered',
      { fit: span(0), claimedFitSeconds: 0, handover: span(5) },
      "The model's process used 5.00 s of processor time between the end of the fit and the first prediction: a part of the training may have run after the clock stopped.",
    ],
    [
      'a first prediction that finishes the fit',
      { test: predicted(10_000, 9) },
      'The first prediction of 10,000 images used 9.00 s of processor time, a later one would use 2.80 s: a part of the training may have run in predict.',
    ],
    [
      'training in every prediction',
      { test: predicted(10_000, 9), train: predicted(10_000, 9), few: predicted(4, 6) },
      'Predicting 4 images used 6.00 s of processor time, all 10,000 used 9.00 s: most of the work does not depend on the images, and may be training.',
    ],
    [
      'a loss that grew a thousandfold',
      { curve: [curvePoint(1, 2), curvePoint(2, 3000)] },
      'The fit diverged: its training loss ended at 3.00e+3.',
    ],
    [
      'a huge loss from the first epoch on, at the accuracy of guessing',
      { curve: [curvePoint(1, 1e21), curvePoint(2, 1e21)], trainAccuracy: 0.1 },
      'The fit diverged: its training loss ended at 1.00e+21.',
    ],
  ])('warns of %s', (_what, changes, caution) => {
    expect(cautionsOf(changes)).toEqual([caution]);
  });
});
