// Compiled training compared with tfjs's operations: with the same weights and batches the losses are equal.
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import { seedMathRandom } from '../../../src/base/random.ts';
import { compiledTrainer } from '../../../src/engine/compile/compiled-trainer.ts';
import { type Tensorflow, tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { eagerTrainer } from '../../../src/engine/training/eager-trainer.ts';
import type { OptimizerRecipe } from '../../../src/engine/training/optimizer.ts';
import type { TrainingRecipe } from '../../../src/engine/training/step.ts';
import { weightVariables } from '../../../src/engine/training/trainer.ts';
import { stripes } from '../small-images.ts';

const tf = await tensorflow();
const train = stripes(120);
const inputShape = [8, 8, 1];

type Build = (tf: Tensorflow) => LayersModel;

/** Takes the same 50 steps in both ways: batches of 20 images and a short one of 7. */
function compare(build: Build, recipe: TrainingRecipe, learningRate: number) {
  seedMathRandom(3);
  const [eager, compiled] = [build(tf), build(tf)];
  compiled.setWeights(eager.getWeights());
  const trainers = [
    eagerTrainer(tf, eager, train, recipe, Math.random),
    compiledTrainer({ tf, model: compiled, train, recipe, batchSizes: [20, 7], seed: 1 }),
  ] as const;
  const differences: number[] = [];
  const losses: number[] = [];
  for (let step = 0; step < 50; step++) {
    const batch = Int32Array.from({ length: step % 6 === 5 ? 7 : 20 }, (_, i) => (step * 20 + i) % train.count);
    const [expected, found] = trainers.map((trainer) => trainer.step(batch, learningRate));
    differences.push(Math.abs(found!.lossSum - expected!.lossSum) / expected!.lossSum);
    losses.push(expected!.lossSum / batch.length);
  }
  for (const trainer of trainers) trainer.syncModel();
  const weights = [eager, compiled].map((model) => weightVariables(model).map((variable) => variable.dataSync()));
  const weightDifference = Math.max(
    ...weights[0]!.flatMap((values, i) => [...values].map((value, k) => Math.abs(value - weights[1]![i]![k]!))),
  );
  for (const trainer of trainers) trainer.dispose();
  for (const model of [eager, compiled]) model.dispose();
  return {
    worst: Math.max(...differences),
    learned: losses.at(-1)! < losses[0]!,
    weightDifference,
    weights: weights[1],
  };
}

const head = (units = 3) => tf.layers.dense({ units, activation: 'softmax' });
const sequential = (...layers: LayersModel['layers']): LayersModel => tf.sequential({ layers });

describe('a compiled step agrees with tfjs on', () => {
  const builds: Record<string, Build> = {
    'dense layers': () =>
      sequential(tf.layers.flatten({ inputShape }), tf.layers.dense({ units: 12, activation: 'relu' }), head()),
    'valid convolutions and max pooling': () =>
      sequential(
        tf.layers.conv2d({ inputShape, filters: 6, kernelSize: 3, activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        head(),
      ),
    'same convolutions with strides and average pooling': () =>
      sequential(
        tf.layers.conv2d({ inputShape, filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' }),
        tf.layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
        tf.layers.flatten(),
        head(),
      ),
    'depthwise and separable convolutions': () =>
      sequential(
        tf.layers.depthwiseConv2d({ inputShape, kernelSize: 3, depthMultiplier: 4, activation: 'relu' }),
        tf.layers.separableConv2d({ filters: 5, kernelSize: 3, activation: 'relu' }),
        tf.layers.flatten(),
        head(),
      ),
    'batch normalisation of images and of features, with leaky rectifiers': () =>
      sequential(
        tf.layers.conv2d({ inputShape, filters: 6, kernelSize: 3, useBias: false }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        tf.layers.leakyReLU({ alpha: 0.1 }),
        tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 8 }),
        tf.layers.batchNormalization(),
        tf.layers.leakyReLU({ alpha: 0.1 }),
        head(),
      ),
    'residual additions and global average pooling': () => {
      const input = tf.input({ shape: inputShape });
      const stem = tf.layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same' }).apply(input) as SymbolicTensor;
      const branch = tf.layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same' }).apply(stem) as SymbolicTensor;
      const sum = tf.layers.add().apply([stem, branch]) as SymbolicTensor;
      const pooled = tf.layers.globalAveragePooling2d({}).apply(tf.layers.reLU().apply(sum));
      return tf.model({ inputs: input, outputs: head().apply(pooled) as SymbolicTensor });
    },
    'regularised weights': () =>
      sequential(
        tf.layers.flatten({ inputShape }),
        tf.layers.dense({ units: 12, activation: 'relu', kernelRegularizer: tf.regularizers.l2({ l2: 0.05 }) }),
        head(),
      ),
  };
  it.each(Object.keys(builds))('%s', (name) => {
    const { worst, learned, weightDifference } = compare(
      builds[name]!,
      { optimizer: { kind: 'sgd', momentum: 0.9 } },
      0.01,
    );
    expect(learned).toBe(true);
    expect(worst).toBeLessThan(1e-4);
    expect(weightDifference).toBeLessThan(1e-4);
  });
});

describe('a compiled update agrees with tfjs for', () => {
  it.each<[string, OptimizerRecipe, number]>([
    ['plain gradient descent', { kind: 'sgd' }, 0.05],
    ['momentum', { kind: 'sgd', momentum: 0.8 }, 0.02],
    ["Nesterov's momentum", { kind: 'sgd', momentum: 0.9, nesterov: true }, 0.02],
    ['Adam', { kind: 'adam' }, 0.001],
    ['RMSprop', { kind: 'rmsprop' }, 0.001],
    ['RMSprop with momentum', { kind: 'rmsprop', rho: 0.8, momentum: 0.5, epsilon: 1e-3 }, 0.002],
    ['Adam with weight decay', { kind: 'adam', weightDecay: 0.5 }, 0.003],
    ["Nesterov's momentum with weight decay", { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 }, 0.02],
    ['Adam with other values', { kind: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-3 }, 0.005],
  ])('%s', (_name, optimizer, learningRate) => {
    const build: Build = () =>
      sequential(tf.layers.flatten({ inputShape }), tf.layers.dense({ units: 12, activation: 'tanh' }), head());
    const { worst, learned, weightDifference } = compare(build, { optimizer }, learningRate);
    expect(learned).toBe(true);
    expect(worst).toBeLessThan(1e-4);
    expect(weightDifference).toBeLessThan(1e-4);
  });
});

describe('a compiled step agrees with tfjs on a recipe with', () => {
  const optimizer = { kind: 'sgd', momentum: 0.9 } as const;
  it.each<[string, Partial<TrainingRecipe>]>([
    ['label smoothing', { labelSmoothing: 0.1 }],
    ['gradients clipped', { clipNorm: 0.5 }],
    ['a running mean of the weights', { averaging: 0.9 }],
    ['every image mirrored', { augmentation: { flip: 1 } }],
    ['all of these', { labelSmoothing: 0.1, clipNorm: 0.5, averaging: 0.9, augmentation: { flip: 1 } }],
  ])('%s', (_name, recipe) => {
    const build: Build = () =>
      sequential(
        tf.layers.conv2d({ inputShape, filters: 6, kernelSize: 3, activation: 'relu' }),
        tf.layers.batchNormalization({ momentum: 0.9 }),
        tf.layers.flatten(),
        head(),
      );
    const found = compare(build, { optimizer, ...recipe }, 0.01);
    const plain = compare(build, { optimizer }, 0.01);
    expect(found.learned).toBe(true);
    expect(found.worst).toBeLessThan(1e-4);
    expect(found.weightDifference).toBeLessThan(1e-4);
    // The recipe has an effect.
    expect(found.weights).not.toEqual(plain.weights);
  });
});
