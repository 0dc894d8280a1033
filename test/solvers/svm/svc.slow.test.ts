import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, loadDataset } from '../../../src/data/dataset.ts';
import { type Tensorflow, tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { type Kernel, type KernelName, scaleGamma } from '../../../src/solvers/svm/kernel.ts';
import { loadLibsvm } from '../../../src/solvers/svm/libsvm.ts';
import { predictSvc } from '../../../src/solvers/svm/predict-svc.ts';
import { fitSvc } from '../../../src/solvers/svm/svc.ts';
import type { SvcOptions } from '../../../src/solvers/svm/svc-options.ts';
import probabilityFixtures from '../../fixtures/svm-probabilities.json' with { type: 'json' };
// Made by: python test/fixtures/make-svm-and-logistic.py FOLDER (scikit-learn 1.9.1).
import fixtures from '../../fixtures/svm-sklearn.json' with { type: 'json' };

let tf: Tensorflow;
let data: Dataset;

beforeAll(async () => {
  tf = await tensorflow();
  data = await loadDataset('fashion-mnist');
});

/** The first images of a part, with pixels in [0, 1]. */
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

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

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
  // 5,000 training and all 10,000 test images also agree, but libsvm-js needs more than a minute for them.
  it('agrees with libsvm-js, live, on 1,200 images', async () => {
    const { rows, labels } = first('train', 1200);
    const test = first('test', 500);
    const kernel = rbf(scaleGamma(rows, 784));
    const printed: string[] = [];
    const Svm = await loadLibsvm((line) => printed.push(line));
    const reference = new Svm({
      kernel: Svm.KERNEL_TYPES.RBF,
      gamma: kernel.gamma,
      cost: 10,
      tolerance: 1e-3,
      cacheSize: 400,
    });
    const toLists = (flat: Float32Array) =>
      Array.from({ length: flat.length / 784 }, (_, i) => Array.from(flat.subarray(i * 784, (i + 1) * 784)));
    // libsvm numbers classes and breaks ties in the order of their first appearance, so images are sorted by class.
    const byClass = [...labels.keys()].sort((a, b) => labels[a]! - labels[b]!);
    const lists = toLists(rows);
    reference.train(
      byClass.map((i) => lists[i]!),
      byClass.map((i) => labels[i]!),
    );
    const referenceObjectives = printed.flatMap((line) => /^obj = (\S+),/.exec(line)?.slice(1).map(Number) ?? []);
    const referenceSupport = reference.getSVIndices().length;
    const referencePredictions = toLists(test.rows).map((row) => reference.predictOne(row));
    reference.free();

    const model = await fitSvc(tf, rows, labels, { ...options, kernel });
    expect(referenceObjectives).toHaveLength(45);
    model.pairs.forEach(({ objective }, p) => {
      expect(Math.abs(objective / referenceObjectives[p]! - 1)).toBeLessThan(1e-3);
    });
    expect(Math.abs(model.support.length / referenceSupport - 1)).toBeLessThan(0.01);
    const { labels: predicted } = await predictSvc(tf, model, test.rows);
    expect(share(predicted, referencePredictions)).toBeGreaterThanOrEqual(0.998);
  });

  it.each(['rbf', 'poly', 'linear'] as const)(
    'recomputes the %s kernel where its rows may not be kept',
    async (name) => {
      const { rows, labels } = first('train', 800);
      const kernel: Kernel = { name, gamma: 0.01, degree: 2, coef0: 1 };
      const cost = name === 'rbf' ? 10 : 0.1;
      const kept = await fitSvc(tf, rows, labels, { ...options, kernel, cost });
      const test = first('test', 1000).rows;
      const { labels: predicted } = await predictSvc(tf, kept, test);
      // No rows kept, or up to about 80 rows (0.05 MB) of pairs with about 160 points.
      for (const cacheMegabytes of [0, 0.05]) {
        const recomputed = await fitSvc(tf, rows, labels, { ...options, kernel, cost, cacheMegabytes });
        expect(recomputed.kernelValues).toBeGreaterThan(kept.kernelValues);
        recomputed.pairs.forEach(({ objective }, p) => {
          expect(Math.abs(objective / kept.pairs[p]!.objective - 1)).toBeLessThan(1e-3);
        });
        expect(Math.abs(recomputed.support.length / kept.support.length - 1)).toBeLessThan(0.01);
        expect(share((await predictSvc(tf, recomputed, test)).labels, predicted)).toBeGreaterThanOrEqual(0.999);
      }
    },
  );

  it('gives equal models with one and three threads', async () => {
    const { rows, labels } = first('train', 600);
    const one = await fitSvc(tf, rows, labels, { ...options, threads: 1 });
    const three = await fitSvc(tf, rows, labels, { ...options, threads: 3 });
    expect(three).toEqual(one);
  });

  it('gives equal models with one and three threads if it recomputes kernel rows and fits probabilities', async () => {
    const { rows, labels } = first('train', 400);
    const lean = { ...options, cacheMegabytes: 0.02, probabilitySeed: 3 };
    const one = await fitSvc(tf, rows, labels, { ...lean, threads: 1 });
    const three = await fitSvc(tf, rows, labels, { ...lean, threads: 3 });
    expect(three).toEqual(one);
  });

  it('leaves no tensor behind', async () => {
    const { rows, labels } = first('train', 300);
    const before = tf.memory().numTensors;
    await predictSvc(tf, await fitSvc(tf, rows, labels, options), rows);
    await fitSvc(tf, rows, labels, { ...options, cacheMegabytes: 0, probabilitySeed: 1 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('separates two points at their midpoint, with labels that are not consecutive', async () => {
    // See smo.test.ts: alpha = 1/2 each, f(x) = x - 2.
    const linear: Kernel = { name: 'linear', gamma: 1, degree: 3, coef0: 0 };
    const model = await fitSvc(tf, Float32Array.of(3, 1), Uint8Array.of(2, 7), { ...options, kernel: linear });
    expect([...model.coefficients]).toEqual([0.5, -0.5]);
    const { labels, decisions } = await predictSvc(tf, model, Float32Array.of(5, 2.5, 1.5, 0));
    expect([...decisions]).toEqual([3, 0.5, -0.5, -2]);
    expect([...labels]).toEqual([2, 2, 7, 7]);
  });

  it('breaks a tie of votes in favour of the lowest class', async () => {
    // Without coefficients and with these rhos each class has one vote: 0 beats 1, 2 beats 0, 1 beats 2.
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

  it('returns nothing for no images', async () => {
    const model = await fitSvc(tf, Float32Array.of(3, 1), Uint8Array.of(0, 1), options);
    expect((await predictSvc(tf, model, new Float32Array(0))).labels).toHaveLength(0);
  });

  it('predicts the larger class if all features are constant', async () => {
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
    ['infinite gamma', { kernel: rbf(Number.POSITIVE_INFINITY) }, [1, 2], [0, 1], 'invalid gamma: Infinity'],
    ['class weight 0', { classWeights: [1, 0] }, [1, 2], [0, 1], 'invalid class weight: 0; a number above 0'],
    ['negative memory', { cacheMegabytes: -1 }, [1, 2], [0, 1], 'invalid cacheMegabytes: -1; a number of at least 0'],
    ['half a degree', { kernel: { ...rbf(1), name: 'poly', degree: 1.5 } }, [1, 2], [0, 1], 'invalid degree: 1.5'],
  ] as const)('rejects %s', async (_, changes, rows, labels, message) => {
    const fit = fitSvc(tf, Float32Array.from(rows), Uint8Array.from(labels), { ...options, ...changes } as SvcOptions);
    await expect(fit).rejects.toThrow(message);
    await expect(fit).rejects.toHaveProperty('name', 'UserError');
  });

  it('stops soon after an abort', async () => {
    const { rows, labels } = first('train', 3000);
    const controller = new AbortController();
    let pairs = 0;
    const onPair = (): void => {
      pairs++;
      controller.abort(new Error('enough'));
    };
    const fit = fitSvc(tf, rows, labels, { ...options, signal: controller.signal, onPair });
    await expect(fit).rejects.toThrow('enough');
    // Of the 45 pairs only those that were nearly done: at most one per thread, and one that waits for its kernel rows.
    expect(pairs).toBeLessThanOrEqual(1 + options.threads + 1);
  });
});

describe('probabilities', () => {
  it('are as good as those of scikit-learn, and do not change the binary classifiers', async () => {
    // Made by: python test/fixtures/make-svm-probabilities.py FOLDER (scikit-learn 1.9.1): five draws of the folds.
    const { train, test, logLosses, accuracies } = probabilityFixtures.images;
    const { rows, labels } = first('train', train);
    const plain = await fitSvc(tf, rows, labels, options);
    const model = await fitSvc(tf, rows, labels, { ...options, probabilitySeed: 1 });
    expect({ ...model, pairs: model.pairs.map(({ sigmoid: _, ...pair }) => pair) }).toMatchObject({
      support: plain.support,
      coefficients: plain.coefficients,
      pairs: plain.pairs,
    });

    const { rows: images, labels: truth } = first('test', test);
    const { labels: predicted, probabilities } = await predictSvc(tf, model, images);
    const right = predicted.filter((label, i) => label === truth[i]).length;
    const loss = -truth.reduce((sum, label, i) => sum + Math.log(probabilities![i * 10 + label]!), 0) / test;
    // The five losses of scikit-learn have a range of 0.004; the folds drawn here are another draw.
    expect(Math.abs(loss - mean(logLosses))).toBeLessThan(0.01);
    expect(Math.abs(right / test - mean(accuracies))).toBeLessThan(0.005);
    predicted.forEach((label, i) => {
      const row = probabilities!.subarray(i * 10, (i + 1) * 10);
      expect(row[label]).toBe(Math.max(...row));
    });
  });

  it('depend only on the seed, which draws the folds', async () => {
    const { rows, labels } = first('train', 300);
    const sigmoids = async (probabilitySeed: number) =>
      (await fitSvc(tf, rows, labels, { ...options, probabilitySeed })).pairs.map(({ sigmoid }) => sigmoid);
    const [one, again, other] = [await sigmoids(1), await sigmoids(1), await sigmoids(2)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('of two images come from folds without a classifier', async () => {
    // If either point is held out, one class is left, with decision value 1 (first class) or -1: both are wrong. Targets
    // are 2/3 and 1/3: the sigmoid is 2/3 at -1 and 1/3 at 1, so A = ln 2, B = 0.
    const linear: Kernel = { name: 'linear', gamma: 1, degree: 3, coef0: 0 };
    const data = [Float32Array.of(3, 1), Uint8Array.of(2, 7)] as const;
    const model = await fitSvc(tf, ...data, { ...options, kernel: linear, probabilitySeed: 1 });
    expect(model.pairs[0]!.sigmoid!.slope).toBeCloseTo(Math.LN2, 5);
    expect(model.pairs[0]!.sigmoid!.offset).toBeCloseTo(0, 5);
    // f(3) = 1 and f(1) = -1: probabilities and labels are reversed, as in libsvm.
    const { labels, probabilities } = await predictSvc(tf, model, Float32Array.of(3, 1));
    [1 / 3, 2 / 3, 2 / 3, 1 / 3].forEach((p, i) => {
      expect(probabilities![i]).toBeCloseTo(p, 5);
    });
    expect([...labels]).toEqual([7, 2]);
  });
});
