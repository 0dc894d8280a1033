import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Tensorflow, tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { affineGradient, affineScores, linearModelOf, linearScores } from '../../src/solvers/linear-model.ts';

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});

// Two classes on two pixels: 1 a + 2 b + 3, and 4 a + 5 b + 6.
const coefficients = Float64Array.of(1, 2, 3, 4, 5, 6);
const rows = Float32Array.of(1, 0, 10, 1, 0, 0);

describe('linear models', () => {
  it('compute scores as weights times pixels plus intercept', async () => {
    const scores = tf.tidy(() => [...affineScores(tf, tf.tensor2d(rows, [3, 2]), coefficients).dataSync()]);
    expect(scores).toEqual([4, 10, 15, 51, 3, 6]);
    expect([...(await linearScores(tf, linearModelOf(coefficients, 2), rows))]).toEqual(scores);
    expect(await linearScores(tf, linearModelOf(coefficients, 2), new Float32Array(0))).toHaveLength(0);
  });

  it('split coefficients into weights and intercepts', () => {
    const { weights, intercepts } = linearModelOf(coefficients, 2);
    expect([...weights]).toEqual([1, 2, 4, 5]);
    expect([...intercepts]).toEqual([3, 6]);
  });

  it('compute the gradient by the coefficients from the slopes by the scores', async () => {
    // Class 0: 1 (1, 0) + 2 (10, 1) = (21, 2), slopes 1 + 2 + 4 = 7; class 1: -1 (10, 1) = (-10, -1), slopes -1.
    const slopes = tf.tensor2d([1, 0, 2, -1, 4, 0], [3, 2]);
    const x: Tensor2D = tf.tensor2d(rows, [3, 2]);
    expect([...(await affineGradient(tf, x, slopes))]).toEqual([21, 2, 7, -10, -1, -1]);
    tf.dispose([x, slopes]);
  });
});
