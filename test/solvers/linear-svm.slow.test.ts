import { beforeAll, describe, expect, it } from 'vitest';
import { mostProbable } from '../../src/base/most-probable.ts';
import { type Dataset, loadDataset } from '../../src/data/dataset.ts';
import { type Tensorflow, tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { linearScores } from '../../src/solvers/linear-model.ts';
import { fitLinearSvm, type LinearSvmOptions } from '../../src/solvers/linear-svm.ts';
// Made by: python test/fixtures/make-boosting-and-linear-svm.py FOLDER (scikit-learn 1.9.1).
import expected from '../fixtures/linear-svm-sklearn.json' with { type: 'json' };

let tf: Tensorflow;
let data: Dataset;

beforeAll(async () => {
  tf = await tensorflow();
  data = await loadDataset('fashion-mnist');
});

const options: LinearSvmOptions = { classCount: 2, cost: 1, maxIterations: 100, tolerance: 1e-6 };
const pixels = (part: 'train' | 'test', count: number): Float32Array =>
  Float32Array.from(data[part].bytes.subarray(0, count * 784), (byte) => byte / 255);

describe('fitLinearSvm', () => {
  it('agrees with LinearSVC on objective and predictions', { timeout: 60_000 }, async () => {
    const labels = data.train.labels.slice(0, expected.train);
    const model = await fitLinearSvm(tf, pixels('train', expected.train), labels, {
      classCount: 10,
      cost: expected.C,
      maxIterations: 100,
      tolerance: 1e-4,
    });
    expect(model).toMatchObject({ converged: true, stop: 'gradient' });
    expect(Math.abs(model.objective / expected.objective - 1)).toBeLessThan(1e-5);
    const truth = Buffer.from(expected.predictions, 'base64');
    const labelled = mostProbable(await linearScores(tf, model, pixels('test', expected.test)), 10);
    const same = labelled.filter((label, i) => label === truth[i]).length;
    expect(same / expected.test).toBeGreaterThanOrEqual(0.995);
  });

  it('balances penalty and loss', async () => {
    // x = ±1, one image each, C = 1: by symmetry weights (-v, v), no intercepts. For each class, v²/2 + 2 (1 - v)² has the
    // derivative v - 4 (1 - v), so v = 4/5 and the value is 8/25 + 2/25 = 2/5; 4/5 for two classes.
    const model = await fitLinearSvm(tf, Float32Array.of(-1, 1), Uint8Array.of(0, 1), options);
    expect(model.weights[0]).toBeCloseTo(-0.8, 4);
    expect(model.weights[1]).toBeCloseTo(0.8, 4);
    expect(model.intercepts[0]).toBeCloseTo(0, 5);
    expect(model.objective).toBeCloseTo(0.8, 5);
    const margins = await linearScores(tf, model, Float32Array.of(2, -1));
    expect(margins[0]).toBeCloseTo(-1.6, 3);
    expect([...mostProbable(margins, 2)]).toEqual([1, 0]);
  });

  it('fits only the penalised intercepts if all features are 0', async () => {
    // Three images against one, C = 1: b²/2 + 3 (1 - b)² + (1 + b)² is minimal where b - 6 (1 - b) + 2 (1 + b) = 0: b = 4/9.
    const model = await fitLinearSvm(tf, new Float32Array(4 * 3), Uint8Array.of(0, 0, 0, 1), options);
    expect(model.intercepts[0]).toBeCloseTo(4 / 9, 4);
    expect(model.intercepts[1]).toBeCloseTo(-4 / 9, 4);
    expect(model.weights.every((weight) => weight === 0)).toBe(true);
  });

  it('converges although single precision hides the gain of the last steps', async () => {
    const labels = data.train.labels.slice(0, 200);
    const strong = { classCount: 10, cost: 1e-4, maxIterations: 50, tolerance: 1e-4 };
    const model = await fitLinearSvm(tf, pixels('train', 200), labels, strong);
    expect(model).toMatchObject({ converged: true, stop: 'gradient' });
  });

  it('reports that the iterations were too few, and reports each iteration', async () => {
    const labels = data.train.labels.slice(0, 200);
    const seen: number[] = [];
    const model = await fitLinearSvm(tf, pixels('train', 200), labels, {
      ...options,
      classCount: 10,
      maxIterations: 3,
      onIteration: (_, objective) => seen.push(objective),
    });
    expect(model).toMatchObject({ converged: false, stop: 'iterations', iterations: 3 });
    expect(seen).toHaveLength(3);
    expect(model.objective).toBe(seen.at(-1));
    expect(seen.at(-1)).toBeLessThan(seen[0]!);
  });

  it('leaves no tensor behind, and returns nothing for no images', async () => {
    const before = tf.memory().numTensors;
    const model = await fitLinearSvm(tf, Float32Array.of(-1, 1), Uint8Array.of(0, 1), options);
    expect(await linearScores(tf, model, new Float32Array(0))).toHaveLength(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops if it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped in a test');
    const fit = fitLinearSvm(tf, pixels('train', 200), data.train.labels.slice(0, 200), {
      ...options,
      classCount: 10,
      signal: controller.signal,
      onIteration: () => controller.abort(reason),
    });
    await expect(fit).rejects.toBe(reason);
  });

  it.each([
    ['C 0', { cost: 0 }, [1, 2], [0, 1], 'invalid C: 0; a number above 0'],
    ['tolerance 0', { tolerance: 0 }, [1, 2], [0, 1], 'invalid tolerance: 0; a number above 0'],
    ['half an iteration', { maxIterations: 0.5 }, [1, 2], [0, 1], 'invalid maxIterations: 0.5'],
    [
      'a pixel that is no number',
      {},
      [1, Number.NaN],
      [0, 1],
      'invalid pixel: NaN (image 1, pixel 0); a linear SVM needs finite numbers',
    ],
    ['one class', {}, [1, 2], [1, 1], 'at least two classes in the training images; found 1'],
    ['no image', {}, [], [], 'at least two classes in the training images; found 0'],
  ])('rejects %s', async (_, change, rows, labels, message) => {
    const fit = fitLinearSvm(tf, Float32Array.from(rows), Uint8Array.from(labels), { ...options, ...change });
    await expect(fit).rejects.toThrow(message);
  });
});
