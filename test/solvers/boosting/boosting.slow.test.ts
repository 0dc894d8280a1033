import { beforeAll, describe, expect, it } from 'vitest';
import { mostProbable } from '../../../src/base/most-probable.ts';
import { type Dataset, loadDataset } from '../../../src/data/dataset.ts';
import {
  type BoostingOptions,
  boost,
  boostedProbabilities,
  checkBoostingOptions,
  type RoundReport,
} from '../../../src/solvers/boosting/boosting.ts';
// Made by: python test/fixtures/make-boosting-and-linear-svm.py FOLDER (scikit-learn 1.9.1).
import expected from '../../fixtures/boosting-sklearn.json' with { type: 'json' };

/** The textbook algorithm, with all images, all features and all byte values. */
const exact: BoostingOptions = {
  rounds: 1,
  learningRate: 1,
  maxLeaves: 2,
  minLeafWeight: 0,
  l2: 0,
  featureShare: 1,
  rowShare: 1,
  bins: 256,
  patience: 0,
};
const nothing = { bytes: new Uint8Array(0), labels: new Uint8Array(0) };
const context = { seed: 1, threads: 1 };

let data: Dataset;
beforeAll(async () => {
  data = await loadDataset('fashion-mnist');
});
const part = (name: 'train' | 'test', start: number, end: number) => ({
  bytes: data[name].bytes.slice(start * 784, end * 784),
  labels: data[name].labels.slice(start, end),
  count: end - start,
});

describe('boost', () => {
  it('takes the Newton step of the formulas', async () => {
    // Four images of one byte, classes 0 0 0 1. Before the first round p = (3/4, 1/4). For class 0 the slopes are -1/4,
    // -1/4, -1/4, 3/4 and the curvatures all 3/16. The best split is the one after the third image: threshold 64, which is halfway
    // between 30 and 100, rounded down. Leaves: -(-3/4) / (9/16 + 3/16) = 1 and -(3/4) / (3/16 + 3/16) = -2 with l2 = 3/16.
    const train = { bytes: Uint8Array.of(10, 20, 30, 100), labels: Uint8Array.of(0, 0, 0, 1) };
    const model = await boost(train, nothing, 2, { ...exact, l2: 3 / 16 }, context);
    const [first, second] = model.rounds[0]!;
    expect([...first!.features]).toEqual([0, -1, -1]);
    expect(first!.thresholds[0]).toBe(64);
    expect(first!.values[1]).toBeCloseTo(1, 5);
    expect(first!.values[2]).toBeCloseTo(-2, 5);
    expect(second!.values[1]).toBeCloseTo(-1, 5);
    expect(second!.values[2]).toBeCloseTo(2, 5);
    // Scores: ln(3/4) + 1 against ln(1/4) - 1, so p = 3 e² / (3 e² + 1) = 0.95683.
    const probabilities = await boostedProbabilities(model, { count: 1, bytes: Uint8Array.of(64) });
    expect(probabilities[0]).toBeCloseTo(0.95683, 4);
    expect(probabilities[1]).toBeCloseTo(0.04317, 4);
  });

  it('agrees with scikit-learn for equal settings', { timeout: 60_000 }, async () => {
    const { rounds, learningRate, maxLeaves, l2 } = expected;
    const model = await boost(
      part('train', 0, expected.train),
      nothing,
      10,
      { ...exact, rounds, learningRate, maxLeaves, l2, minLeafWeight: 1, bins: 64 },
      { seed: 1, threads: 2 },
    );
    const test = part('test', 0, expected.test);
    const probabilities = await boostedProbabilities(model, test);
    const right = mostProbable(probabilities, 10).filter((label, i) => label === test.labels[i]).length;
    let loss = 0;
    for (const [i, label] of test.labels.entries()) loss -= Math.log(probabilities[i * 10 + label]!);
    // 2,000 images: one standard error of the accuracy is 0.8 %.
    expect(right / test.count).toBeGreaterThan(expected.accuracy - 0.01);
    expect(loss / test.count).toBeLessThan(expected.logLoss * 1.05);
  });

  it('depends on the seed and not on the number of threads', { timeout: 30_000 }, async () => {
    const train = part('train', 0, 300);
    const sampled = { ...exact, rounds: 4, maxLeaves: 8, l2: 1, learningRate: 0.2, featureShare: 0.1, rowShare: 0.3 };
    const one = await boost(train, nothing, 10, sampled, { seed: 5, threads: 1 });
    const two = await boost(train, nothing, 10, sampled, { seed: 5, threads: 2 });
    const other = await boost(train, nothing, 10, sampled, { seed: 6, threads: 2 });
    expect(two).toEqual(one);
    expect(other.rounds).not.toEqual(one.rounds);
  });

  it('keeps the best round if the validation loss has not improved for some rounds', async () => {
    // The validation images contradict the training images: every round makes them worse.
    const bytes = Uint8Array.of(0, 0, 0, 0, 9, 9, 9, 9);
    const train = { bytes, labels: Uint8Array.of(0, 0, 0, 1, 1, 1, 1, 0) };
    const validation = { bytes, labels: Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 1) };
    const reports: RoundReport[] = [];
    const model = await boost(
      train,
      validation,
      2,
      { ...exact, rounds: 50, learningRate: 0.1, patience: 3 },
      { ...context, onRound: (report) => reports.push(report) },
    );
    expect(reports.map(({ round }) => round)).toEqual([1, 2, 3, 4]);
    expect(model.rounds).toHaveLength(1);
    for (let i = 1; i < reports.length; i++) {
      expect(reports[i]!.loss).toBeLessThan(reports[i - 1]!.loss);
      expect(reports[i]!.validationLoss).toBeGreaterThan(reports[i - 1]!.validationLoss!);
    }
    expect(reports[0]!.validationAccuracy).toBe(0.25);
  });

  it('predicts the class shares if all pixels are constant', async () => {
    const train = { bytes: new Uint8Array(8).fill(7), labels: Uint8Array.of(0, 0, 0, 1) };
    const model = await boost(train, nothing, 2, exact, context);
    const probabilities = await boostedProbabilities(model, { count: 1, bytes: Uint8Array.of(1, 2) });
    expect(probabilities[0]).toBeCloseTo(0.75, 5);
  });

  it('predicts the only class there is', async () => {
    const train = { bytes: Uint8Array.of(1, 2, 3), labels: Uint8Array.of(1, 1, 1) };
    const model = await boost(train, nothing, 3, { ...exact, rounds: 3 }, context);
    const probabilities = await boostedProbabilities(model, { count: 1, bytes: Uint8Array.of(2) });
    expect(mostProbable(probabilities, 3)[0]).toBe(1);
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it('accepts classes that do not occur, even more classes than images', async () => {
    const train = { bytes: Uint8Array.of(10, 200), labels: Uint8Array.of(3, 0) };
    const model = await boost(train, nothing, 5, { ...exact, rounds: 10, l2: 1 }, context);
    const probabilities = await boostedProbabilities(model, { count: 2, bytes: train.bytes });
    expect([...mostProbable(probabilities, 5)]).toEqual([3, 0]);
    for (const image of [0, 1]) {
      const row = probabilities.subarray(image * 5, image * 5 + 5);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      // Three classes start with the share of half an image each, below the two that occur, and only decrease.
      for (const absent of [1, 2, 4]) expect(row[absent]).toBeLessThan(0.5 / 3.5);
    }
  });

  it('gives the same model without constant pixels', async () => {
    const labels = Uint8Array.of(0, 0, 1, 1);
    const lean = await boost({ bytes: Uint8Array.of(1, 2, 8, 9), labels }, nothing, 2, exact, context);
    // The same pixel between two pixels that are 7 and 0 in every image.
    const bytes = Uint8Array.of(7, 1, 0, 7, 2, 0, 7, 8, 0, 7, 9, 0);
    const wide = await boost({ bytes, labels }, nothing, 2, exact, context);
    expect(wide.rounds[0]!.map(({ features }) => features[0])).toEqual([1, 1]);
    expect(await boostedProbabilities(wide, { count: 4, bytes })).toEqual(
      await boostedProbabilities(lean, { count: 4, bytes: Uint8Array.of(1, 2, 8, 9) }),
    );
  });

  it('respects the minimum weight of a leaf', async () => {
    // Weights p (1 - p) = 3/16 each: no leaf of one or two images reaches 0.5, and four cannot make two leaves.
    const train = { bytes: Uint8Array.of(10, 20, 30, 100), labels: Uint8Array.of(0, 0, 0, 1) };
    const model = await boost(train, nothing, 2, { ...exact, minLeafWeight: 0.5 }, context);
    expect(model.rounds[0]!.map((tree) => tree.features.length)).toEqual([1, 1]);
  });

  it('stops after the round in which it was aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped in a test');
    let rounds = 0;
    const fit = boost(
      part('train', 0, 1000),
      nothing,
      10,
      { ...exact, rounds: 10_000 },
      {
        ...context,
        signal: controller.signal,
        onRound: ({ round }) => {
          rounds = round;
          if (round === 2) controller.abort(reason);
        },
      },
    );
    await expect(fit).rejects.toBe(reason);
    expect(rounds).toBe(2);
  });

  it('rejects empty training data', async () => {
    await expect(boost(nothing, nothing, 2, exact, context)).rejects.toThrow('invalid training images: 0');
  });
});

describe('boostedProbabilities', () => {
  it('returns nothing for no images and rejects images of another size', async () => {
    const train = { bytes: Uint8Array.of(10, 20, 30, 100), labels: Uint8Array.of(0, 0, 0, 1) };
    const model = await boost(train, nothing, 2, exact, context);
    expect(await boostedProbabilities(model, { count: 0, bytes: new Uint8Array(0) })).toHaveLength(0);
    await expect(boostedProbabilities(model, { count: 1, bytes: new Uint8Array(3) })).rejects.toThrow('expected 1');
  });
});

describe('checkBoostingOptions', () => {
  it.each([
    [{ rounds: 0 }, 'invalid rounds: 0; a whole number of at least 1'],
    [{ rounds: 1.5 }, 'invalid rounds: 1.5; a whole number of at least 1'],
    [{ learningRate: 0 }, 'invalid learningRate: 0; a number above 0'],
    [{ maxLeaves: 1 }, 'invalid maxLeaves: 1; a whole number of at least 2'],
    [{ minLeafWeight: -1 }, 'invalid minLeafWeight: -1; a number of at least 0'],
    [{ l2: Number.NaN }, 'invalid l2: NaN; a number of at least 0'],
    [{ featureShare: 1.1 }, 'invalid featureShare: 1.1; above 0 and at most 1'],
    [{ rowShare: 0 }, 'invalid rowShare: 0; above 0 and at most 1'],
    [{ bins: 100 }, 'invalid bins: 100; a power of 2 from 2 to 256'],
    [{ patience: -1 }, 'invalid patience: -1; 0 for never, or a whole number above it'],
  ])('rejects %o', (change, message) => {
    expect(() => checkBoostingOptions({ ...exact, ...change })).toThrow(message);
  });
});
