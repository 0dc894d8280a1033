// Child process of webgpu.test.ts: computes on WebGPU and on tfjs's CPU backend, and prints the differences. It is a
// child process because libraries are located by the environment at the start of a process.
import type { LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { createRandom, seedMathRandom } from '../../../src/base/random.ts';
import { replaceLayers } from '../../../src/engine/compile/layers.ts';
import { deviceIdle } from '../../../src/engine/runtime/idle.ts';
import { type Tensorflow, tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { allocatedBytes } from '../../../src/engine/runtime/webgpu-device.ts';
import { completeOptimizer, eagerOptimizer, type OptimizerRecipe } from '../../../src/engine/training/optimizer.ts';
import { crossEntropy, stepGradients } from '../../../src/engine/training/step.ts';
import { trainableVariables } from '../../../src/engine/training/trainer.ts';
import { normalizeOnWebgpu } from '../../../src/engine/webgpu/webgpu-layers.ts';
import { blend, deviceOptimizer } from '../../../src/engine/webgpu/webgpu-optimizer.ts';
import { drawMask, drawUniform, uniformAt } from '../../../src/engine/webgpu/webgpu-random-ops.ts';
import { webgpuTrainer } from '../../../src/engine/webgpu/webgpu-trainer.ts';
import { stripes } from '../small-images.ts';

/** What the child prints. */
export interface DeviceReport {
  /** Largest difference of loss and gradients to the CPU, by layer, relative to the largest value if that is above 1. */
  readonly gradients: Record<string, number>;
  /** The same of weights after five steps, by update rule. */
  readonly updates: Record<string, number>;
  /** Largest difference of numbers drawn on the device to those that JavaScript computes. */
  readonly uniform: number;
  /** Share of zeros of a mask, and its largest value. */
  readonly mask: readonly [zeros: number, most: number];
  /** Losses of two fits with one seed and of one with another, and the number of reads during the steps. */
  readonly fits: { readonly losses: readonly number[]; readonly reads: readonly number[] };
  /** Positions of the largest of equal values. */
  readonly ties: readonly number[];
  /** Number of different results of the same product of long sums. */
  readonly products: number;
  /** Milliseconds for submitting work, for waiting for the device, and for waiting again. */
  readonly clock: readonly [handedOver: number, waited: number, idle: number];
  readonly peakBytes: number;
}

const tf = await tensorflow();
const { layers } = tf;

const CASES: Record<string, (tf: Tensorflow) => LayersModel['layers']> = {
  dense: () => [layers.flatten(), layers.dense({ units: 5, activation: 'relu' })],
  'convolution valid': () => [layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' })],
  'convolution same with strides': () => [layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' })],
  'convolution 5x5 same': () => [layers.conv2d({ filters: 4, kernelSize: 5, padding: 'same', useBias: false })],
  'depthwise convolution': () => [layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' })],
  'largest of a pool': () => [layers.conv2d({ filters: 2, kernelSize: 1 }), layers.maxPooling2d({ poolSize: 2 })],
  'mean of a pool': () => [layers.conv2d({ filters: 2, kernelSize: 1 }), layers.averagePooling2d({ poolSize: 2 })],
  'global mean': () => [layers.conv2d({ filters: 2, kernelSize: 1 }), layers.globalAveragePooling2d({})],
  'global largest': () => [layers.conv2d({ filters: 2, kernelSize: 1 }), layers.globalMaxPooling2d({})],
  'batch normalisation': () => [layers.conv2d({ filters: 2, kernelSize: 1 }), layers.batchNormalization()],
  'batch normalisation of vectors': () => [layers.flatten(), layers.dense({ units: 4 }), layers.batchNormalization()],
  'leaky rectifier': () => [layers.conv2d({ filters: 2, kernelSize: 1 }), layers.leakyReLU({ alpha: 0.1 })],
};

const images = stripes(4);
const pixels = (): Tensor4D => tf.tensor4d(images.pixels, [4, 8, 8, 1]);
const labels = (): Tensor1D => tf.tensor1d(Int32Array.from(images.labels), 'int32');

function build(body: LayersModel['layers'], isResidual = false): LayersModel {
  const input = tf.input({ shape: [8, 8, 1] });
  let output = input;
  for (const layer of body) output = layer.apply(output) as typeof input;
  if (isResidual) {
    const branch = layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same' }).apply(input) as typeof input;
    output = layers.reLU().apply(layers.add().apply([input, branch])) as typeof input;
  }
  if (output.rank > 2) output = layers.flatten().apply(output) as typeof input;
  return tf.model({
    inputs: input,
    outputs: layers.dense({ units: 3, activation: 'softmax' }).apply(output) as typeof input,
  });
}

const onWebgpu = {
  drawMask: (): Tensor => {
    throw new Error('no dropout here');
  },
  normalize: normalizeOnWebgpu,
  move: (variable: Variable, value: Tensor, rate: number) => variable.assign(blend(tf, variable, value, rate)),
};

/** Loss and gradients of a step, and all weights after it, including running means. */
async function gradientsOn(backend: string, make: () => LayersModel): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  seedMathRandom(7);
  const model = make();
  const restore = backend === 'webgpu' ? replaceLayers(tf, model, onWebgpu) : () => {};
  const tools = {
    draw: () => pixels(),
    table: () => pixels(),
    crossEntropy: (scores: Tensor2D, targets: Tensor2D) => crossEntropy(tf, scores, targets),
  };
  const recipe = { optimizer: { kind: 'sgd' }, labelSmoothing: 0.1 } as const;
  const found = tf.tidy(() => {
    const { gradients, lossSum } = stepGradients(tf, model, pixels(), labels(), recipe, tools);
    return [lossSum.clone(), ...trainableVariables(model).map(({ name }) => gradients[name]!)];
  });
  restore();
  const weights = model.getWeights();
  return Promise.all([...found, ...weights].map((tensor) => tensor.data<'float32'>()));
}

function difference(ours: readonly Float32Array[], theirs: readonly Float32Array[]): number {
  let largest = 0;
  for (const [i, values] of theirs.entries()) {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    if (ours[i]!.length !== values.length) return Number.POSITIVE_INFINITY;
    for (const [j, value] of values.entries()) largest = Math.max(largest, Math.abs(ours[i]![j]! - value) / scale);
  }
  return largest;
}

async function compareGradients(make: () => LayersModel): Promise<number> {
  const theirs = await gradientsOn('cpu', make);
  return difference(await gradientsOn('webgpu', make), theirs);
}

async function compareUpdates(recipe: OptimizerRecipe): Promise<number> {
  const start = Float32Array.of(1, -2, 0.5, 3);
  const slopes = [
    Float32Array.of(0.1, -0.2, 0.3, 0),
    Float32Array.of(1, 1, -1, 2),
    Float32Array.of(-0.5, 0, 0, 1e-3),
    Float32Array.of(0.2, 0.1, 5, -1e-3),
    Float32Array.of(-3, 0, 0.7, 0),
  ];
  const run = async (backend: string): Promise<Float32Array> => {
    await tf.setBackend(backend);
    const weight = tf.variable(tf.tensor2d(start, [2, 2]));
    const eager = backend === 'cpu' ? eagerOptimizer(tf, recipe) : undefined;
    const own = backend === 'cpu' ? undefined : deviceOptimizer(tf, completeOptimizer(recipe));
    for (const [i, slope] of slopes.entries()) {
      const gradient = tf.tensor2d(slope, [2, 2]);
      eager?.prepare(0.1 / (i + 1), [weight]);
      eager?.optimizer.applyGradients({ [weight.name]: gradient });
      own?.apply(new Map([[weight, gradient]]), 0.1 / (i + 1));
    }
    return weight.data<'float32'>();
  };
  const theirs = await run('cpu');
  return difference([await run('webgpu')], [theirs]);
}

async function fits(): Promise<DeviceReport['fits']> {
  const losses: number[] = [];
  const reads: number[] = [];
  const backend = tf.backend() as unknown as { read(id: object): Promise<unknown> };
  const original = backend.read;
  for (const seed of [1, 1, 2]) {
    seedMathRandom(1);
    const model = tf.sequential({
      layers: [
        layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3 }),
        layers.batchNormalization(),
        layers.dropout({ rate: 0.5 }),
        layers.flatten(),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    const recipe = { optimizer: { kind: 'adam' }, averaging: 0.9, augmentation: { shift: 1, flip: 0.5 } } as const;
    const trainer = webgpuTrainer(tf, model, stripes(12), recipe, seed);
    let read = 0;
    backend.read = (id) => {
      read++;
      return original.call(backend, id);
    };
    const steps = Array.from({ length: 3 }, (_, i) => ({
      indices: Int32Array.of(4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3),
      learningRate: 0.01,
    }));
    losses.push((await trainer.run(steps, () => {})).lossSum);
    backend.read = original;
    reads.push(read);
    trainer.dispose();
    model.dispose();
  }
  return { losses, reads };
}

async function clock(): Promise<DeviceReport['clock']> {
  const square = tf.randomUniform([192, 192]);
  const work = () =>
    tf.tidy(() => Array.from({ length: 40 }).reduce<Tensor>((last) => tf.matMul(last, square), square));
  work().dispose();
  await deviceIdle();
  const start = performance.now();
  const result = work();
  const handedOver = performance.now();
  await deviceIdle();
  const done = performance.now();
  await deviceIdle();
  result.dispose();
  return [handedOver - start, done - handedOver, performance.now() - done];
}

/** 64 x 2048 by 2048 x 128: a product that tfjs would sum by atomic additions. */
async function products(): Promise<number> {
  const random = createRandom(1);
  const matrix = (rows: number, columns: number): Tensor2D =>
    tf.tensor2d(Float32Array.from({ length: rows * columns }, random), [rows, columns]);
  const [left, right] = [matrix(64, 2048), matrix(2048, 128)];
  const seen = new Set<string>();
  for (let i = 0; i < 8; i++) {
    const product = tf.matMul(left, right);
    seen.add((await product.data()).join());
    product.dispose();
  }
  return seen.size;
}

const gradients: Record<string, number> = {};
for (const [name, body] of Object.entries(CASES)) gradients[name] = await compareGradients(() => build(body(tf)));
gradients['residual addition'] = await compareGradients(() => build([], true));
const updates: Record<string, number> = {};
const RULES: Record<string, OptimizerRecipe> = {
  sgd: { kind: 'sgd' },
  'sgd with decay': { kind: 'sgd', weightDecay: 0.1 },
  momentum: { kind: 'sgd', momentum: 0.9 },
  nesterov: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  adam: { kind: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-3 },
  adamw: { kind: 'adam', weightDecay: 0.1 },
  rmsprop: { kind: 'rmsprop' },
  'rmsprop with momentum': { kind: 'rmsprop', rho: 0.8, momentum: 0.5, epsilon: 1e-3, weightDecay: 0.1 },
};
for (const [name, rule] of Object.entries(RULES)) updates[name] = await compareUpdates(rule);
await tf.setBackend('webgpu');
const key = { seed: 4_000_000_000, step: 3, draw: 2 };
const drawn = await drawUniform(tf, [7, 11], key).data();
const uniform = Math.max(...drawn.map((value, i) => Math.abs(value - uniformAt(i, key))));
const mask = await drawMask(tf, [50, 200], 0.25, key).data();
const random = createRandom(1);
const equal = tf.tensor2d(
  Float32Array.from({ length: 40 }, () => Math.floor(random() * 2)),
  [1, 40],
);
const { indices } = tf.topk(equal, 12);
const report: DeviceReport = {
  gradients,
  updates,
  uniform,
  mask: [mask.filter((value) => value === 0).length / mask.length, Math.max(...mask)],
  fits: await fits(),
  ties: [...(await indices.data())],
  products: await products(),
  clock: await clock(),
  peakBytes: allocatedBytes(tf),
};
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
