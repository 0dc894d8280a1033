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

/** A learning rate that does not change the weights. */
const STILL = 1e-30;

describe('compiledTrainer', () => {
  it.each<[string, Partial<TrainingRecipe>, number]>([
    ['draws a new dropout mask', {}, 0.5],
    ['augments again', { augmentation: { shift: 2, flip: 0.5, erase: 0.5, mixup: 0.5 } }, 0],
  ])('%s in every step, equally for equal seeds', (_, changes, rate) => {
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

  it('drops the right share of values, scales the others, and draws different masks for each layer', () => {
    // The cross-entropy of this network shows how many inputs are kept: on images of ones, the score of the first
    // class is the mean of the values after dropout, whose expected value is 1.
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
    // The mean of 64 values that are 1 / (1 - rate) or 0 has mean 1 and variance rate / (1 - rate) / 64. The first rate
    // needs eight random bits per value, the second sixteen.
    for (const rate of [0.75, 0.7]) {
      const single = scores(rate);
      expect(mean(single)).toBeCloseTo(1, 1);
      const expected = rate / (1 - rate) / 64;
      expect(variance(single) / expected).toBeGreaterThan(0.8);
      expect(variance(single) / expected).toBeLessThan(1.25);
    }
    // If two layers with rate 1/2 had the same mask, a value would be 4 with probability 1/2, and the mean 2.
    const double = scores(0.5, 0.5);
    expect(mean(double)).toBeCloseTo(1, 1);
  });

  it.each([0.25, 0.3])('drops values of a layer whose size is not a multiple of the 32-bit draws (rate %d)', (rate) => {
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

  it('continues with the trained weights, not with their running mean', () => {
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

  it('is reproducible: two trainings with the same seed end with identical weights', () => {
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

  it('does not change the model, the number of tensors or the temporary folder', () => {
    const model = sequential(
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.flatten(),
      output(),
    );
    const weights = () => model.getWeights().map((weight) => weight.dataSync());
    // A separate temporary folder, because other processes may compile at the same time.
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
    // Its layers are tfjs's layers again.
    expect((model.predict(tf.zeros([2, 8, 8, 1])) as Tensor).shape).toEqual([2, 3]);
    model.dispose();
  });

  it('normalises batches without scale and offset as with a scale of 1 and an offset of 0', () => {
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

  it('predicts as the model with the exported weights, including running means, for any number of images', () => {
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

  it('computes the same in few calls as step by step, with short batches, random masks and a schedule', async () => {
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
    // 8 of the 60 steps are short. There would be 60 calls if no call took several steps.
    expect(told.length).toBeLessThan(60);
    for (const { taken, lossSum } of told) expect(lossSum).toBe(running[taken - 1]);
    expect(total.correct).toBe(scores.reduce((sum, { correct }) => sum + correct, 0));
    expect(many.trainer.save!()).toEqual(one.trainer.save!());
    for (const { model, trainer } of [one, many]) {
      trainer.dispose();
      model.dispose();
    }
  });

  it('ends a run when the callback throws, and has taken the reported number of steps', async () => {
    const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), output());
    const trainer = compile(model);
    const steps = Array.from({ length: 1000 }, () => ({ indices: all, learningRate: 0.1 }));
    let told = 0;
    const run = trainer.run(steps, (taken) => {
      told = taken;
      if (taken >= 10) throw new Error('enough');
    });
    await expect(run).rejects.toThrow('enough');
    // The number of steps per call at most doubles: it was below ten before the last call, so it is at most twenty.
    expect(told).toBeLessThan(20);
    expect(trainer.save!().steps).toBe(told);
    trainer.dispose();
    model.dispose();
  });

  it('trains and predicts on images whose size is not a multiple of four bytes', () => {
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

  it('uses the weights of the model', () => {
    const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), output());
    const trainer = compile(model);
    model.setWeights([tf.zeros([64, 3]), tf.zeros([3])]);
    trainer.syncTrainer();
    // Three classes with equal probabilities.
    expect(trainer.step(all, STILL).lossSum / 40).toBeCloseTo(Math.log(3), 5);
    trainer.dispose();
    model.dispose();
  });

  it('rejects a batch size that was not compiled', () => {
    const model = sequential(tf.layers.flatten({ inputShape: [8, 8, 1] }), output());
    const trainer = compile(model, 1, [16, 8]);
    expect(() => trainer.step(all, 0.1)).toThrow('no step was compiled for 40 images, only for 16,8');
    trainer.dispose();
    model.dispose();
  });

  it('rejects random numbers drawn in JavaScript, seeded or not, and says why', () => {
    const noisy = sequential(
      tf.layers.gaussianNoise({ inputShape: [8, 8, 1], stddev: 1 }),
      tf.layers.flatten(),
      output(),
    );
    expect(() => compile(noisy)).toThrow(CannotCompile);
    expect(() => compile(noisy)).toThrow(/layer \d, .*: the step draws random numbers in JavaScript/);
    const seeded = sequential(
      tf.layers.dropout({ inputShape: [8, 8, 1], rate: 0.5, seed: 7, noiseShape: [40, 8, 8, 1] }),
      tf.layers.flatten(),
      output(),
    );
    expect(() => compile(seeded)).toThrow('different values in JavaScript');
  });

  it('trains a model that cannot be compiled step by step, and notes it', async () => {
    const params = { epochs: 2, batchSize: 16, learningRate: 0.01, compiled: true };
    const build = () =>
      sequential(tf.layers.gaussianNoise({ inputShape: [8, 8, 1], stddev: 0.1 }), tf.layers.flatten(), output());
    const classifier = layersClassifier(fitContext(params), { optimizer: { kind: 'adam' }, build });
    const report = await classifier.fit(train, train);
    classifier.dispose?.();
    expect(report?.notes).toMatchObject({ compiled: false, notCompiled: expect.stringContaining('random numbers') });
  });

  it('ends with the result of step-by-step training', async () => {
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
