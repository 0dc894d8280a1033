import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LayersModel, Tensor } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it, vi } from 'vitest';
import { seedMathRandom } from '../../../src/base/random.ts';
import { compiledTrainer } from '../../../src/engine/compile/compiled-trainer.ts';
import { CannotCompile } from '../../../src/engine/compile/trace.ts';
import { layersClassifier } from '../../../src/engine/network/layers-classifier.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import type { TrainingRecipe } from '../../../src/engine/training/step.ts';
import { fitContext, stripes } from '../small-images.ts';

const tf = await tensorflow();
const train = stripes(40);
const all = Int32Array.from({ length: 40 }, (_, i) => i);
const sequential = (...layers: LayersModel['layers']): LayersModel => tf.sequential({ layers });
const output = () => tf.layers.dense({ units: 3, activation: 'softmax' });

function compile(model: LayersModel, seed = 1, batchSizes: readonly number[] = [40]) {
  return compiledTrainer({ tf, model, train, recipe: { optimizer: { kind: 'sgd' } }, batchSizes, seed });
}

/** A rate that leaves the weights as they are. */
const STILL = 1e-30;

describe('compiledTrainer', () => {
  it.each<[string, Partial<TrainingRecipe>, number]>([
    ['draws a new dropout mask', {}, 0.5],
    ['augments anew', { augmentation: { shift: 2, flip: 0.5, erase: 0.5, mixup: 0.5 } }, 0],
  ])('%s at every step, the same way for the same seed', (_, changes, rate) => {
    const recipe: TrainingRecipe = { optimizer: { kind: 'sgd' }, ...changes };
    const losses = [1, 1, 2].map((seed) => {
      seedMathRandom(1);
      const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), tf.layers.dropout({ rate }), output());
      const trainer = compiledTrainer({ tf, model, train, recipe, batchSizes: [40], seed });
      const steps = Array.from({ length: 4 }, () => trainer.step(all, STILL).lossSum);
      trainer.dispose();
      model.dispose();
      return steps;
    });
    expect(new Set(losses[0]).size).toBe(4);
    expect(losses[1]).toEqual(losses[0]);
    expect(losses[2]).not.toEqual(losses[0]);
  });

  it('drops the share of values that it should, enlarges the rest, and differs from layer to layer', () => {
    // The weights of this network make its cross-entropy tell how many inputs are left: on images of ones, the first
    // class scores the mean of what dropout lets through, and dropout keeps the mean at 1.
    const ones = { ...train, bytes: new Uint8Array(40 * 64).fill(255), pixels: new Float32Array(40 * 64).fill(1) };
    const first = { ...ones, labels: new Uint8Array(40) };
    const scores = (...rates: number[]): number[] => {
      const model = sequential(
        tf.layers.flatten({ inputShape: [8, 8, 1] }),
        ...rates.map((rate) => tf.layers.dropout({ rate })),
        output(),
      );
      model.setWeights([
        tf.tensor2d(
          Float32Array.from({ length: 192 }, (_, i) => (i % 3 ? 0 : 1 / 64)),
          [64, 3],
        ),
        tf.zeros([3]),
      ]);
      const trainer = compiledTrainer({
        tf,
        model,
        train: first,
        recipe: { optimizer: { kind: 'sgd' } },
        batchSizes: [1],
        seed: 9,
      });
      // Loss of one image: ln(1 + 2 exp(-score)), so score = -ln((exp(loss) - 1) / 2).
      const drawn = Array.from({ length: 400 }, (_, i) => {
        const { lossSum } = trainer.step(Int32Array.of(i % 40), STILL);
        return -Math.log((Math.exp(lossSum) - 1) / 2);
      });
      trainer.dispose();
      model.dispose();
      return drawn;
    };
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
    // A mean of 64 values that are 1 / (1 - rate) or 0: mean 1, variance rate / (1 - rate) / 64. Eight random bits a
    // value express the first rate, sixteen the second.
    for (const rate of [0.75, 0.7]) {
      const single = scores(rate);
      expect(mean(single)).toBeCloseTo(1, 1);
      const expected = rate / (1 - rate) / 64;
      expect(variance(single) / expected).toBeGreaterThan(0.8);
      expect(variance(single) / expected).toBeLessThan(1.25);
    }
    // Were the masks of two layers of 1/2 the same, a value would be 4 with probability 1/2, and the mean 2.
    const double = scores(0.5, 0.5);
    expect(mean(double)).toBeCloseTo(1, 1);
  });

  it.each([0.25, 0.3])('drops of a layer whose values do not fill whole random words (rate %d)', (rate) => {
    const model = sequential(
      tf.layers.flatten({ inputShape: [8, 8, 1] }),
      tf.layers.dense({ units: 5 }),
      tf.layers.dropout({ rate }),
      output(),
    );
    const recipe = { optimizer: { kind: 'sgd' } as const };
    const trainer = compiledTrainer({ tf, model, train, recipe, batchSizes: [1], seed: 1 });
    const losses = Array.from({ length: 20 }, () => trainer.step(Int32Array.of(0), STILL).lossSum);
    trainer.dispose();
    model.dispose();
    expect(new Set(losses).size).toBeGreaterThan(2);
  });

  it('goes on from the weights that were trained, not from their running mean', () => {
    const ends = [false, true].map((synced) => {
      seedMathRandom(1);
      const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), output());
      const recipe = { optimizer: { kind: 'sgd', momentum: 0.9 } as const, averaging: 0.99 };
      const trainer = compiledTrainer({ tf, model, train, recipe, batchSizes: [40], seed: 1 });
      const losses = Array.from({ length: 6 }, () => {
        if (synced) trainer.syncModel();
        return trainer.step(all, 0.1).lossSum;
      });
      trainer.dispose();
      model.dispose();
      return losses;
    });
    expect(ends[1]).toEqual(ends[0]);
  });

  it('gives the bits again: two trainings of the same seed end with the same weights', () => {
    const runs = [0, 1].map(() => {
      seedMathRandom(4);
      const model = sequential(
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, activation: 'relu' }),
        tf.layers.batchNormalization(),
        tf.layers.dropout({ rate: 0.3 }),
        tf.layers.flatten(),
        output(),
      );
      const trainer = compile(model);
      for (let step = 0; step < 30; step++) trainer.step(all, 0.05);
      trainer.syncModel();
      const weights = model.getWeights().map((weight) => weight.dataSync());
      trainer.dispose();
      model.dispose();
      return weights;
    });
    expect(runs[1]).toEqual(runs[0]);
  });

  it('leaves the model, the tensors and the temporary folder as they were', () => {
    const model = sequential(
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.flatten(),
      output(),
    );
    const weights = () => model.getWeights().map((weight) => weight.dataSync());
    // A temporary folder of its own: other processes may be compiling too.
    const folder = mkdtempSync(path.join(os.tmpdir(), 'compiled-trainer-'));
    vi.stubEnv('TMPDIR', folder);
    const rectifier = tf.getGradient('Relu');
    const [before, tensors, random] = [weights(), tf.memory().numTensors, Math.random];
    const trainer = compile(model);
    trainer.step(all, 0.1);
    expect(weights()).toEqual(before);
    trainer.syncModel();
    expect(weights()).not.toEqual(before);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(Math.random).toBe(random);
    expect(tf.getGradient('Relu')).toBe(rectifier);
    expect(readdirSync(folder)).toEqual([]);
    rmdirSync(folder);
    vi.unstubAllEnvs();
    // And its layers work as tfjs's own again.
    expect((model.predict(tf.zeros([2, 8, 8, 1])) as Tensor).shape).toEqual([2, 3]);
    model.dispose();
  });

  it('normalises batches without scale and offset as with those that change nothing', () => {
    const losses = [true, false].map((learned) => {
      seedMathRandom(2);
      const model = sequential(
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
        tf.layers.batchNormalization({ scale: learned, center: learned }),
        tf.layers.flatten(),
        output(),
      );
      const trainer = compile(model);
      const { lossSum } = trainer.step(all, STILL);
      trainer.dispose();
      model.dispose();
      return lossSum;
    });
    expect(losses[1]).toBeCloseTo(losses[0]!, 5);
  });

  it('predicts as the model does with the weights it gives it, running means and all, for any number of images', () => {
    seedMathRandom(1);
    const model = sequential(
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
      tf.layers.batchNormalization({ momentum: 0.5 }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.flatten(),
      output(),
    );
    const recipe = { optimizer: { kind: 'adam' } as const, averaging: 0.9 };
    const trainer = compiledTrainer({ tf, model, train, recipe, batchSizes: [40], seed: 1 });
    for (let step = 0; step < 10; step++) trainer.step(all, 0.01);
    trainer.syncModel();
    for (const count of [1, 500, 1100]) {
      const images = stripes(count, 5);
      const expected = (model.predict(tf.tensor4d(images.pixels, [count, 8, 8, 1])) as Tensor).dataSync();
      const found = trainer.predict!(images.bytes);
      expect(found).toHaveLength(expected.length);
      expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);
    }
    trainer.dispose();
    model.dispose();
  });

  it('computes the same in few calls as step by step, with short batches, random masks and a schedule among them', async () => {
    const steps = Array.from({ length: 60 }, (_, i) => ({
      indices: Int32Array.from({ length: i % 7 === 3 ? 8 : 16 }, (_, k) => (i * 5 + k) % 40),
      learningRate: 0.01 / (1 + i),
    }));
    const recipe = { optimizer: { kind: 'adam', weightDecay: 0.01 } as const, averaging: 0.9, labelSmoothing: 0.1 };
    const make = () => {
      seedMathRandom(1);
      const model = sequential(
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
        tf.layers.batchNormalization(),
        tf.layers.dropout({ rate: 0.5 }),
        tf.layers.flatten(),
        output(),
      );
      return { model, trainer: compiledTrainer({ tf, model, train, recipe, batchSizes: [16, 8], seed: 3 }) };
    };
    const [one, many] = [make(), make()];
    const scores = steps.map(({ indices, learningRate }) => one.trainer.step(indices, learningRate));
    const running = scores.map((_, i) => scores.slice(0, i + 1).reduce((sum, { lossSum }) => sum + lossSum, 0));
    const told: { taken: number; lossSum: number }[] = [];
    const total = await many.trainer.run(steps, (taken, score) => told.push({ taken, lossSum: score!.lossSum }));
    expect(told.at(-1)!.taken).toBe(60);
    // Of 60 steps, 8 are short ones alone among others: several were in one call, or there would be 60 calls.
    expect(told.length).toBeLessThan(60);
    for (const { taken, lossSum } of told) expect(lossSum).toBe(running[taken - 1]);
    expect(total.correct).toBe(scores.reduce((sum, { correct }) => sum + correct, 0));
    expect(many.trainer.save!()).toEqual(one.trainer.save!());
    for (const { model, trainer } of [one, many]) {
      trainer.dispose();
      model.dispose();
    }
  });

  it('ends a run where it is told to, with the steps taken that it told of', async () => {
    const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), output());
    const trainer = compile(model);
    const steps = Array.from({ length: 1000 }, () => ({ indices: all, learningRate: 0.1 }));
    let told = 0;
    const run = trainer.run(steps, (taken) => {
      told = taken;
      if (taken >= 10) throw new Error('enough');
    });
    await expect(run).rejects.toThrow('enough');
    // The number of steps in a call at most doubles: below ten when the last one was made, it is at most twenty.
    expect(told).toBeLessThan(20);
    expect(trainer.save!().steps).toBe(told);
    trainer.dispose();
    model.dispose();
  });

  it('trains and predicts on images whose bytes fill no whole words', () => {
    const shape = { height: 5, width: 3, channels: 1 };
    const bytes = Uint8Array.from({ length: 30 * 15 }, (_, i) => (i * 37) % 251);
    const odd = {
      ...{ count: 30, shape, bytes },
      pixels: Float32Array.from(bytes, (byte) => byte / 255),
      labels: Uint8Array.from({ length: 30 }, (_, i) => i % 3),
    };
    seedMathRandom(1);
    const model = sequential(tf.layers.flatten({ inputShape: [5, 3, 1] }), output());
    const recipe = { optimizer: { kind: 'sgd' } as const };
    const trainer = compiledTrainer({ tf, model, train: odd, recipe, batchSizes: [3], seed: 1 });
    const expected = (model.predict(tf.tensor4d(odd.pixels, [30, 5, 3, 1])) as Tensor).dataSync<'float32'>();
    const found = trainer.predict!(bytes);
    expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-6);
    const { lossSum } = trainer.step(Int32Array.of(29, 4, 13), STILL);
    const losses = [29, 4, 13].map((i) => -Math.log(expected[i * 3 + (i % 3)]!));
    expect(lossSum).toBeCloseTo(losses[0]! + losses[1]! + losses[2]!, 5);
    trainer.dispose();
    model.dispose();
  });

  it('takes weights from the model', () => {
    const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), output());
    const trainer = compile(model);
    model.setWeights([tf.zeros([64, 3]), tf.zeros([3])]);
    trainer.syncTrainer();
    // Three classes, all alike.
    expect(trainer.step(all, STILL).lossSum / 40).toBeCloseTo(Math.log(3), 5);
    trainer.dispose();
    model.dispose();
  });

  it('refuses a batch size that it did not compile', () => {
    const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), output());
    const trainer = compile(model, 1, [16, 8]);
    expect(() => trainer.step(all, 0.1)).toThrow('no step was compiled for 40 images, only for 16,8');
    trainer.dispose();
    model.dispose();
  });

  it('refuses random numbers made in JavaScript, seeded or not, and says why', () => {
    const noisy = sequential(
      tf.layers.gaussianNoise({ inputShape: [8, 8, 1], stddev: 1 }),
      tf.layers.flatten(),
      output(),
    );
    expect(() => compile(noisy)).toThrow(CannotCompile);
    expect(() => compile(noisy)).toThrow('draws random numbers in JavaScript');
    const seeded = sequential(
      tf.layers.dropout({ inputShape: [8, 8, 1], rate: 0.5, seed: 7, noiseShape: [40, 8, 8, 1] }),
      tf.layers.flatten(),
      output(),
    );
    expect(() => compile(seeded)).toThrow('different values in JavaScript');
  });

  it('lets a model that cannot be compiled train step by step, and notes it', async () => {
    const params = { epochs: 2, batchSize: 16, learningRate: 0.01, compiled: true };
    const build = () =>
      sequential(tf.layers.gaussianNoise({ inputShape: [8, 8, 1], stddev: 0.1 }), tf.layers.flatten(), output());
    const classifier = layersClassifier(fitContext(params), { optimizer: { kind: 'adam' }, build });
    const report = await classifier.fit(train, train);
    classifier.dispose?.();
    expect(report?.notes).toMatchObject({ compiled: false, notCompiled: expect.stringContaining('random numbers') });
  });

  it('ends where step by step training ends', async () => {
    const build = () =>
      sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), tf.layers.dense({ units: 9 }), output());
    const ends: { probabilities: Float32Array; compiled: unknown }[] = [];
    for (const compiled of [true, false]) {
      const context = fitContext({ epochs: 3, batchSize: 16, learningRate: 0.01, compiled });
      const classifier = layersClassifier(context, { optimizer: { kind: 'adam' }, build });
      const report = await classifier.fit(train, train);
      const { probabilities } = await classifier.predict(train);
      classifier.dispose?.();
      ends.push({ probabilities: probabilities!, compiled: report?.notes?.['compiled'] });
    }
    expect(ends.map(({ compiled }) => compiled)).toEqual([true, false]);
    for (const [i, probability] of ends[0]!.probabilities.entries()) {
      expect(probability).toBeCloseTo(ends[1]!.probabilities[i]!, 4);
    }
  });
});
