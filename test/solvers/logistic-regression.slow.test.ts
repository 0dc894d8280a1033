import { beforeAll, describe, expect, it } from 'vitest';
import { mostProbable } from '../../src/base/most-probable.ts';
import { type Dataset, loadDataset } from '../../src/data/dataset.ts';
import { type Tensorflow, tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import {
  fitLogisticRegression,
  type LogisticRegressionOptions,
  predictLogisticRegression,
} from '../../src/solvers/logistic-regression.ts';
// Made by: python test/fixtures/make-svm-and-logistic.py FOLDER (scikit-learn 1.9.1).
import expected from '../fixtures/logistic-sklearn.json' with { type: 'json' };

let tf: Tensorflow;
let data: Dataset;

beforeAll(async () => {
  tf = await tensorflow();
  data = await loadDataset('fashion-mnist');
});

const options: LogisticRegressionOptions = { classCount: 2, cost: 1, maxIterations: 100, tolerance: 1e-4 };
const pixels = (part: 'train' | 'test', count: number): Float32Array =>
  Float32Array.from(data[part].bytes.subarray(0, count * 784), (byte) => byte / 255);

describe('fitLogisticRegression', () => {
  it('agrees with scikit-learn on optimum, probabilities and predictions', { timeout: 60_000 }, async () => {
    const labels = data.train.labels.slice(0, expected.train);
    const model = await fitLogisticRegression(tf, pixels('train', expected.train), labels, {
      classCount: 10,
      cost: expected.C,
      maxIterations: 2000,
      tolerance: 1e-5,
    });
    expect(model.converged).toBe(true);
    expect(Math.abs(model.loss / expected.loss - 1)).toBeLessThan(1e-4);
    const probabilities = await predictLogisticRegression(tf, model, pixels('test', expected.test));
    for (const [k, p] of expected.firstProbabilities.entries()) expect(probabilities[k]).toBeCloseTo(p, 2);
    const truth = Buffer.from(expected.predictions, 'base64');
    const same = mostProbable(probabilities, 10).filter((label, i) => label === truth[i]).length;
    expect(same / expected.test).toBeGreaterThanOrEqual(0.998);
  });

  it('learns the shares of the classes if all features are 0, for any penalty', async () => {
    // Without features only the intercepts matter, and they are not penalised: probabilities 3/4 and 1/4.
    const labels = Uint8Array.of(0, 0, 0, 1);
    const model = await fitLogisticRegression(tf, new Float32Array(4 * 3), labels, { ...options, cost: 1e-3 });
    expect(model).toMatchObject({ converged: true, stop: 'gradient' });
    const probabilities = await predictLogisticRegression(tf, model, new Float32Array(3));
    expect(probabilities[0]).toBeCloseTo(0.75, 3);
    expect([...model.weights]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('balances penalty and loss', async () => {
    // x = ±1, one image each, C = 1: by symmetry weights (-v, v), no intercepts; minimise 2 ln(1 + e^(-2v)) + v².
    // Derivative 0: v = 2 / (1 + e^(2v)), solved by 0.5213: 2 / (1 + e^1.0426) = 0.5213.
    const model = await fitLogisticRegression(tf, Float32Array.of(-1, 1), Uint8Array.of(0, 1), options);
    expect(model.weights[0]).toBeCloseTo(-0.5213, 3);
    expect(model.weights[1]).toBeCloseTo(0.5213, 3);
    expect(model.intercepts[0]).toBeCloseTo(0, 5);
  });

  it('reports that the iterations were too few', async () => {
    const labels = data.train.labels.slice(0, 200);
    const losses: number[] = [];
    const model = await fitLogisticRegression(tf, pixels('train', 200), labels, {
      ...options,
      classCount: 10,
      maxIterations: 5,
      onIteration: (_, loss) => losses.push(loss),
    });
    expect(model).toMatchObject({ converged: false, stop: 'iterations', iterations: 5 });
    expect(losses).toHaveLength(5);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const model = await fitLogisticRegression(tf, Float32Array.of(-1, 1), Uint8Array.of(0, 1), options);
    await predictLogisticRegression(tf, model, Float32Array.of(3));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('returns nothing for no images', async () => {
    const model = { weights: Float32Array.of(1, 2), intercepts: Float32Array.of(0, 0) };
    expect(await predictLogisticRegression(tf, model, new Float32Array(0))).toHaveLength(0);
  });

  it.each([
    ['C 0', { cost: 0 }, [1, 2], 'invalid C: 0; a number above 0'],
    ['tolerance 0', { tolerance: 0 }, [1, 2], 'invalid tolerance: 0; a number above 0'],
    ['half an iteration', { maxIterations: 0.5 }, [1, 2], 'invalid maxIterations: 0.5'],
    [
      'a pixel that is no number',
      {},
      [1, Number.NaN],
      'invalid pixel: NaN (image 1, pixel 0); logistic regression needs finite numbers',
    ],
  ])('rejects %s', async (_, changes, rows, message) => {
    const fit = fitLogisticRegression(tf, Float32Array.from(rows), Uint8Array.of(0, 1), { ...options, ...changes });
    await expect(fit).rejects.toThrow(message);
    await expect(fit).rejects.toHaveProperty('name', 'UserError');
  });

  it('stops at an abort', async () => {
    const controller = new AbortController();
    let iterations = 0;
    const fit = fitLogisticRegression(tf, pixels('train', 2000), data.train.labels.slice(0, 2000), {
      ...options,
      classCount: 10,
      signal: controller.signal,
      onIteration: () => {
        iterations++;
        controller.abort(new Error('enough'));
      },
    });
    await expect(fit).rejects.toThrow('enough');
    expect(iterations).toBe(1);
  });
});
