import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, loadDataset } from '../../../src/data/dataset.ts';
import { type Tensorflow, tensorflow } from '../../../src/engine/tensorflow.ts';
import { type Kernel, type KernelName, scaleGamma } from '../../../src/solvers/svm/kernel.ts';
import { loadLibsvm } from '../../../src/solvers/svm/libsvm.ts';
import { fitSvc, predictSvc, type SvcOptions } from '../../../src/solvers/svm/svc.ts';
// Made by: python test/fixtures/make-svm-and-logistic.py FOLDER (scikit-learn 1.9.1).
import fixtures from '../../fixtures/svm-sklearn.json' with { type: 'json' };

let tf: Tensorflow;
let data: Dataset;

beforeAll(async () => {
  tf = await tensorflow();
  data = await loadDataset('fashion-mnist');
});

/** The first images of a part, pixels in [0, 1]. */
function first(part: 'train' | 'test', count: number): { rows: Float32Array; labels: Uint8Array } {
  const { bytes, labels } = data[part];
  return {
    rows: Float32Array.from(bytes.subarray(0, count * 784), (byte) => byte / 255),
    labels: labels.slice(0, count),
  };
}

const rbf = (gamma: number): Kernel => ({ name: 'rbf', gamma, degree: 3, coef0: 0 });
const options: SvcOptions = { kernel: rbf(0.01), cost: 10, tolerance: 1e-3, threads: 2, cacheMegabytes: 1000 };
const share = (a: Uint8Array, b: ArrayLike<number>): number => a.filter((label, i) => label === b[i]).length / a.length;

describe('fitSvc agrees with scikit-learn', () => {
  it.each(['rbf', 'poly', 'linear', 'weighted'] as const)('on %s', { timeout: 60_000 }, async (name) => {
    const expected = fixtures[name];
    const {
      C,
      kernel = 'rbf',
      degree = 3,
      coef0 = 0,
      class_weight,
    } = expected.options as {
      C: number;
      kernel?: KernelName;
      degree?: number;
      coef0?: number;
      class_weight?: Record<string, number>;
    };
    const { rows, labels } = first('train', expected.train);
    const model = await fitSvc(tf, rows, labels, {
      ...options,
      kernel: { name: kernel, gamma: name === 'rbf' ? scaleGamma(rows, 784) : expected.gamma, degree, coef0 },
      cost: C,
      ...(class_weight ? { classWeights: Object.values(class_weight) } : {}),
    });
    if (name === 'rbf') expect(model.kernel.gamma).toBeCloseTo(expected.gamma, 8);
    expect(Math.abs(model.support.length / expected.supportVectors - 1)).toBeLessThan(0.01);
    model.pairs.forEach(({ objective, rho }, p) => {
      expect(Math.abs(objective / expected.objectives[p]! - 1)).toBeLessThan(1e-3);
      expect(Math.abs(rho - expected.rhos[p]!)).toBeLessThan(0.02);
    });
    const { labels: predicted } = await predictSvc(tf, model, first('test', expected.test).rows);
    expect(share(predicted, Buffer.from(expected.predictions, 'base64'))).toBeGreaterThanOrEqual(0.998);
  });
});

describe('fitSvc', () => {
  it('agrees with libsvm-js, live', { timeout: 60_000 }, async () => {
    const { rows, labels } = first('train', 1500);
    const test = first('test', 1000);
    const printed: string[] = [];
    const Svm = await loadLibsvm((line) => printed.push(line));
    const peer = new Svm({ kernel: Svm.KERNEL_TYPES.RBF, gamma: 0.01, cost: 10, tolerance: 1e-3 });
    const toLists = (flat: Float32Array) =>
      Array.from({ length: flat.length / 784 }, (_, i) => Array.from(flat.subarray(i * 784, (i + 1) * 784)));
    // libsvm numbers classes, and breaks ties, in the order of their first appearance: by class, as here.
    const byClass = [...labels.keys()].sort((a, b) => labels[a]! - labels[b]!);
    const lists = toLists(rows);
    peer.train(
      byClass.map((i) => lists[i]!),
      byClass.map((i) => labels[i]!),
    );
    const peerObjectives = printed.flatMap((line) => /^obj = (\S+),/.exec(line)?.slice(1).map(Number) ?? []);
    const peerSupport = peer.getSVIndices().length;
    const peerPredictions = toLists(test.rows).map((row) => peer.predictOne(row));
    peer.free();

    const model = await fitSvc(tf, rows, labels, options);
    expect(peerObjectives).toHaveLength(45);
    model.pairs.forEach(({ objective }, p) => {
      expect(Math.abs(objective / peerObjectives[p]! - 1)).toBeLessThan(1e-3);
    });
    expect(Math.abs(model.support.length / peerSupport - 1)).toBeLessThan(0.01);
    const { labels: predicted } = await predictSvc(tf, model, test.rows);
    expect(share(predicted, peerPredictions)).toBeGreaterThanOrEqual(0.998);
  });

  it('gives the same numbers with one thread and with three', async () => {
    const { rows, labels } = first('train', 1200);
    const one = await fitSvc(tf, rows, labels, { ...options, threads: 1 });
    const three = await fitSvc(tf, rows, labels, { ...options, threads: 3 });
    expect(three).toEqual(one);
  });

  it('leaves no tensor behind', async () => {
    const { rows, labels } = first('train', 300);
    const before = tf.memory().numTensors;
    await predictSvc(tf, await fitSvc(tf, rows, labels, options), rows);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('separates two points by their middle, with labels that leave gaps', async () => {
    // See smo.test.ts: alpha = 1/2 each, f(x) = x - 2.
    const linear: Kernel = { name: 'linear', gamma: 1, degree: 3, coef0: 0 };
    const model = await fitSvc(tf, Float32Array.of(3, 1), Uint8Array.of(2, 7), { ...options, kernel: linear });
    expect([...model.coefficients]).toEqual([0.5, -0.5]);
    const { labels, decisions } = await predictSvc(tf, model, Float32Array.of(5, 2.5, 1.5, 0));
    expect([...decisions]).toEqual([3, 0.5, -0.5, -2]);
    expect([...labels]).toEqual([2, 2, 7, 7]);
  });

  it('breaks a tie of votes in favour of the lowest class', async () => {
    // No coefficients and these offsets: 0 beats 1, 2 beats 0, 1 beats 2, one vote each.
    const model = await fitSvc(tf, Float32Array.of(1, 2, 3), Uint8Array.of(0, 1, 2), { ...options, kernel: rbf(1) });
    const circle = {
      ...model,
      coefficients: new Float32Array(9),
      pairs: model.pairs.map((pair, p) => ({ ...pair, rho: [-1, 1, -1][p]! })),
    };
    const { labels: predicted, decisions } = await predictSvc(tf, circle, Float32Array.of(2));
    expect([...decisions]).toEqual([1, -1, 1]);
    expect([...predicted]).toEqual([0]);
  });

  it('predicts nothing for no image', async () => {
    const model = await fitSvc(tf, Float32Array.of(3, 1), Uint8Array.of(0, 1), options);
    expect((await predictSvc(tf, model, new Float32Array(0))).labels).toHaveLength(0);
  });

  it('answers with the larger class when all features are constant', async () => {
    const rows = new Float32Array(5 * 4).fill(0.5);
    const kernel = rbf(scaleGamma(rows, 4));
    expect(kernel.gamma).toBe(1);
    for (const labels of [Uint8Array.of(0, 0, 0, 1, 1), Uint8Array.of(0, 0, 1, 1, 1)]) {
      const model = await fitSvc(tf, rows, labels, { ...options, kernel });
      const { labels: predicted } = await predictSvc(tf, model, rows.subarray(0, 4));
      expect([...predicted]).toEqual([labels[2]]);
    }
  });

  it.each([
    ['one class only', {}, [1, 2], [4, 4], 'needs at least two classes in the training images; found 1'],
    ['no image', {}, [], [], 'found 0'],
    ['a pixel that is no number', {}, [1, Number.NaN], [0, 1], 'finite pixels; found NaN (image 1, value 0)'],
    ['gamma 0', { kernel: rbf(0) }, [1, 2], [0, 1], 'invalid gamma: 0; a number above 0'],
    ['negative C', { cost: -1 }, [1, 2], [0, 1], 'invalid C: -1; a number above 0'],
    ['C that is no number', { cost: Number.NaN }, [1, 2], [0, 1], 'invalid C: NaN'],
    ['tolerance 0', { tolerance: 0 }, [1, 2], [0, 1], 'invalid tolerance: 0'],
    ['half a degree', { kernel: { ...rbf(1), name: 'poly', degree: 1.5 } }, [1, 2], [0, 1], 'invalid degree: 1.5'],
  ] as const)('refuses %s', async (_, changes, rows, labels, message) => {
    const fit = fitSvc(tf, Float32Array.from(rows), Uint8Array.from(labels), { ...options, ...changes } as SvcOptions);
    await expect(fit).rejects.toThrow(message);
    await expect(fit).rejects.toHaveProperty('name', 'UserError');
  });

  it('answers an abort within a second', async () => {
    const { rows, labels } = first('train', 6000);
    const controller = new AbortController();
    let abortedAt = 0;
    const onPair = (): void => {
      abortedAt ||= performance.now();
      controller.abort(new Error('enough'));
    };
    const fit = fitSvc(tf, rows, labels, { ...options, signal: controller.signal, onPair });
    await expect(fit).rejects.toThrow('enough');
    expect(performance.now() - abortedAt).toBeLessThan(1000);
  });
});
