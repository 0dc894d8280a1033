import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { mostProbable } from '../../../src/base/most-probable.ts';
import {
  checkForestOptions,
  countNodes,
  type ForestOptions,
  forestProbabilities,
  growForest,
} from '../../../src/solvers/forest/forest.ts';
import type { LabelledImages } from '../../../src/types.ts';
import { agreement, firstImages, imagesOf, scikitLearn } from '../../fixtures/classical.ts';

const OPTIONS: ForestOptions = {
  trees: 50,
  criterion: 'entropy',
  maxFeatures: 'sqrt',
  maxDepth: 0,
  minSamplesLeaf: 1,
  bootstrap: true,
};

/** Images in the form of the forest's input. */
const featuresOf = ({ bytes, labels }: LabelledImages) => ({ features: bytes, labels });

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const [mx, my] = [mean(x), mean(y)];
  const covariance = (p: number[], mp: number, q: number[], mq: number) =>
    mean(p.map((v, i) => (v - mp) * (q[i]! - mq)));
  return covariance(x, mx, y, my) / Math.sqrt(covariance(x, mx, x, mx) * covariance(y, my, y, my));
}

describe('growForest', () => {
  it('agrees with scikit-learn on 5,000 images: accuracy, out of bag, importances', async () => {
    const { train, test } = await firstImages();
    const forest = await growForest(featuresOf(train), 10, OPTIONS, { seed: 1, threads: 2 });
    const labels = mostProbable(await forestProbabilities(forest, test.count, test.bytes), 10);
    const { accuracy, outOfBagAccuracy, importances } = scikitLearn.forest;
    // Five forests of scikit-learn differ by up to 0.010 and 0.007; ours may differ from their mean by as much.
    expect(Math.abs(agreement(labels, test.labels) - mean(accuracy))).toBeLessThan(0.01);
    expect(Math.abs(forest.outOfBagAccuracy! - mean(outOfBagAccuracy))).toBeLessThan(0.01);
    // Fifty trees have few splits on each pixel: two forests of scikit-learn correlate with 0.53 to 0.61.
    expect(correlation(forest.importances, importances)).toBeGreaterThan(0.6);
    expect(mean([...forest.importances]) * 784).toBeCloseTo(1, 9);
  });

  it('depends on the seed and not on the number of threads', async () => {
    const { train } = await firstImages(300, 0);
    const grow = (seed: number, threads: number) =>
      growForest(featuresOf(train), 10, { ...OPTIONS, trees: 7 }, { seed, threads });
    const one = await grow(5, 1);
    expect(await grow(5, 3)).toEqual(one);
    expect(await grow(6, 1)).not.toEqual(one);
  });

  it('averages the leaves of its trees', async () => {
    // Without bootstrap and with one leaf, every tree has the class shares of all images.
    const train = imagesOf([[1], [2], [3], [4]], [0, 0, 0, 1]);
    const options = { ...OPTIONS, trees: 3, bootstrap: false, minSamplesLeaf: 4 };
    const forest = await growForest(featuresOf(train), 2, options, { seed: 1, threads: 1 });
    expect([...(await forestProbabilities(forest, train.count, train.bytes))].slice(0, 2)).toEqual([0.75, 0.25]);
    expect(forest.outOfBagAccuracy).toBeNull();
    expect(countNodes(forest)).toBe(3);
  });

  it('predicts the only class there is, and the class shares if every pixel is constant', async () => {
    const one = await growForest(featuresOf(imagesOf([[1], [2]], [1, 1])), 3, OPTIONS, { seed: 1, threads: 1 });
    expect([...(await forestProbabilities(one, 1, Uint8Array.of(200)))]).toEqual([0, 1, 0]);
    const constant = imagesOf([[7], [7], [7], [7]], [0, 0, 0, 1]);
    const same = await growForest(featuresOf(constant), 2, { ...OPTIONS, bootstrap: false }, { seed: 1, threads: 1 });
    expect([...(await forestProbabilities(same, 1, Uint8Array.of(7)))]).toEqual([0.75, 0.25]);
    expect([...same.importances]).toEqual([0]);
  });

  it('predicts no images, and rejects images of another size', async () => {
    const forest = await growForest(
      featuresOf(imagesOf([[1], [2]], [0, 1])),
      2,
      { ...OPTIONS, trees: 1 },
      { seed: 1, threads: 1 },
    );
    expect(await forestProbabilities(forest, 0, new Uint8Array(0))).toHaveLength(0);
    await expect(forestProbabilities(forest, 1, Uint8Array.of(1, 2))).rejects.toThrow('2 features each, expected 1');
  });

  it('bins floats by quantile: an increasing transformation of the features does not change the splits', async () => {
    const { train } = await firstImages(300, 0);
    const increasing = Float32Array.from(train.bytes, (byte) => Math.exp(byte / 30) - 5);
    // Without bootstrap, because a cut is halfway between bins of the sample, and other images may then differ.
    const options = { ...OPTIONS, trees: 3, maxDepth: 4, bootstrap: false };
    const grow = (features: Uint8Array | Float32Array) =>
      growForest({ features, labels: train.labels }, 10, options, { seed: 1, threads: 1 });
    const [onBytes, onFloats] = [await grow(train.bytes), await grow(increasing)];
    expect(onFloats.importances).toEqual(onBytes.importances);
    expect(await forestProbabilities(onFloats, train.count, increasing)).toEqual(
      await forestProbabilities(onBytes, train.count, train.bytes),
    );
    await expect(forestProbabilities(onFloats, train.count, train.bytes)).rejects.toThrow(
      'invalid features: bytes; the forest learned from floats',
    );
  });

  it('rejects floats that are not finite, in training and prediction', async () => {
    const labels = Uint8Array.of(0, 1);
    const grow = (features: Float32Array) =>
      growForest({ features, labels }, 2, { ...OPTIONS, trees: 1 }, { seed: 1, threads: 1 });
    await expect(grow(Float32Array.of(1, Number.NaN))).rejects.toThrow('found NaN (row 1, value 0)');
    const forest = await grow(Float32Array.of(1, 2));
    await expect(forestProbabilities(forest, 1, Float32Array.of(Number.NaN))).rejects.toThrow('found NaN');
  });

  it('considers a number, a share, the root or all of the features in a node', async () => {
    const { train } = await firstImages(60, 0);
    const grow = (maxFeatures: ForestOptions['maxFeatures']) =>
      growForest(featuresOf(train), 10, { ...OPTIONS, trees: 2, maxFeatures }, { seed: 1, threads: 1 });
    // Of 784: a share is rounded down, as in scikit-learn.
    expect(await grow(0.1)).toEqual(await grow(78));
    expect(await grow(0.0001)).toEqual(await grow(1));
    expect(await grow('sqrt')).toEqual(await grow(28));
    expect(await grow('all')).toEqual(await grow(1000));
    expect(await grow(78)).not.toEqual(await grow(28));
  });

  it('accepts classes that do not occur, even more classes than images', async () => {
    const train = featuresOf(imagesOf([[1], [9]], [0, 4]));
    const forest = await growForest(train, 5, { ...OPTIONS, bootstrap: false }, { seed: 1, threads: 1 });
    expect([...(await forestProbabilities(forest, 2, Uint8Array.of(2, 8)))]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('rejects empty training data', async () => {
    const nothing = { features: new Uint8Array(0), labels: new Uint8Array(0) };
    await expect(growForest(nothing, 2, OPTIONS, { seed: 1, threads: 1 })).rejects.toThrow(UserError);
  });

  it('rejects with the reason of an abort', async () => {
    const { train } = await firstImages();
    const controller = new AbortController();
    let trees = 0;
    const onTree = (): void => {
      trees++;
      controller.abort(new Error('enough'));
    };
    const options = { ...OPTIONS, trees: 10_000 };
    await expect(
      growForest(featuresOf(train), 10, options, { seed: 1, threads: 2, signal: controller.signal, onTree }),
    ).rejects.toThrow('enough');
    expect(trees).toBe(1);
  });
});

describe('checkForestOptions', () => {
  it.each([
    [{ trees: 0 }, 'invalid trees: 0'],
    [{ trees: -3 }, 'invalid trees: -3'],
    [{ trees: 2.5 }, 'invalid trees: 2.5'],
    [{ criterion: 'ginni' as 'gini' }, 'unknown criterion: "ginni"; did you mean "gini"?'],
    [{ maxFeatures: 0 }, 'invalid maxFeatures: 0'],
    [{ maxFeatures: 1.5 }, 'invalid maxFeatures: 1.5'],
    [{ maxFeatures: Number.NaN }, 'invalid maxFeatures: NaN'],
    [{ maxFeatures: 'some' as 'all' }, 'invalid maxFeatures: some'],
    [{ maxDepth: -1 }, 'invalid maxDepth: -1'],
    [{ minSamplesLeaf: 0 }, 'invalid minSamplesLeaf: 0'],
  ])('rejects %o', (changes, message) => {
    expect(() => checkForestOptions({ ...OPTIONS, ...changes })).toThrow(message);
    expect(() => checkForestOptions({ ...OPTIONS, ...changes })).toThrow(UserError);
  });
});
