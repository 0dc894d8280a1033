// Training on WebGPU. Images, weights, random numbers and losses stay on the device; JavaScript submits operations and the
// positions of each batch, and does not wait for a step.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LayersModel, Scalar, Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { ImageShape, LabelledImages } from '../../types.ts';
import { type LayerHooks, replaceLayers } from '../compile/layers.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { type Elementwise, runElementwise, submittedWorkDone, webgpuIdle } from '../runtime/webgpu-device.ts';
import { averageOf } from '../training/eager-trainer.ts';
import { completeOptimizer } from '../training/optimizer.ts';
import { crossEntropy, type StepTools, stepGradients, type TrainingRecipe } from '../training/step.ts';
import { type Step, type Trainer, trainableVariables } from '../training/trainer.ts';
import { normalizeOnWebgpu } from './webgpu-layers.ts';
import { blend, type DeviceOptimizer, deviceOptimizer } from './webgpu-optimizer.ts';
import { type DrawKey, drawMask, drawUniform } from './webgpu-random-ops.ts';

/** Number of steps submitted before waiting for the device: it always has work, and it can still be stopped soon. */
const STEPS_AHEAD = 8;

const PIXELS: Elementwise = {
  name: 'gather-pixels',
  inputs: ['packed', 'images'],
  uniforms: { pixels: 'i32' },
  // A word has four bytes, the first one in the lowest bits.
  value: `let at = images[index / uniforms.pixels] * uniforms.pixels + index % uniforms.pixels;
    let word = bitcast<u32>(packed[at >> 2u]);
    f32((word >> (8u * u32(at & 3))) & 255u) / 255.0`,
};

/**
 * Creates a trainer for WebGPU. The training images are on the device as bytes.
 *
 * @param tf TensorFlow on WebGPU
 * @param model ends in softmax; its weights are trained in place
 * @param train at least 1 image
 * @param recipe how the network learns
 * @param seed seed of dropout masks and augmentation, unsigned 32-bit
 */
export function webgpuTrainer(
  tf: Tensorflow,
  model: LayersModel,
  train: LabelledImages,
  recipe: TrainingRecipe,
  seed: number,
): Trainer {
  const steps = new DeviceSteps(tf, model, train, recipe, seed);
  return {
    async run(list, onTaken) {
      const restore = replaceLayers(tf, model, steps.layerHooks);
      let total: [Scalar, Scalar] = [tf.scalar(0), tf.scalar(0)];
      try {
        let earlier: Promise<unknown> | undefined;
        for (const [i, step] of list.entries()) {
          await nextTurn();
          total = steps.take(step, total);
          if (i % STEPS_AHEAD === 0) {
            await earlier;
            earlier = submittedWorkDone(tf);
          }
          onTaken(i + 1, null);
        }
        await webgpuIdle(tf);
        const [lossSum, correct] = await Promise.all(total.map((sum) => sum.data()));
        return { lossSum: lossSum![0]!, correct: correct![0]! };
      } finally {
        restore();
        tf.dispose(total);
      }
    },
    syncModel: () => steps.average?.enter(),
    syncTrainer: () => steps.average?.restart(),
    dispose: () => steps.dispose(),
  };
}

/** Submits training steps to the device. */
class DeviceSteps {
  /** Running mean of the weights; null if the recipe has no averaging. */
  readonly average: ReturnType<typeof averageOf> | null;
  readonly layerHooks: LayerHooks;
  private readonly tf: Tensorflow;
  private readonly model: LayersModel;
  private readonly recipe: TrainingRecipe;
  private readonly shape: ImageShape;
  private readonly packed: Tensor1D;
  private readonly labels: Tensor1D;
  private readonly variables: ReadonlyMap<string, Variable>;
  private readonly optimizer: DeviceOptimizer;
  private readonly tables = new Map<string, Tensor>();
  private readonly tools: StepTools;
  private readonly seed: number;
  private step = 0;
  private draw = 0;

  constructor(tf: Tensorflow, model: LayersModel, train: LabelledImages, recipe: TrainingRecipe, seed: number) {
    this.tf = tf;
    this.model = model;
    this.recipe = recipe;
    this.seed = seed;
    this.shape = train.shape;
    this.packed = tf.tensor1d(packBytes(train.bytes), 'int32');
    this.labels = tf.tensor1d(Int32Array.from(train.labels), 'int32');
    this.variables = new Map(trainableVariables(model).map((variable) => [variable.name, variable]));
    this.optimizer = deviceOptimizer(tf, completeOptimizer(recipe.optimizer));
    const blended = (mean: Tensor, value: Tensor, rate: number): Tensor => blend(tf, mean, value, rate);
    this.average = recipe.averaging === undefined ? null : averageOf(tf, model, recipe.averaging, blended);
    this.tools = {
      draw: (shape) => drawUniform(tf, shape, this.nextKey()),
      table: (values, shape) => this.table(values, shape),
      crossEntropy: (logits, targets) => crossEntropy(tf, logits, targets),
    };
    this.layerHooks = {
      drawMask: (shape, rate) => drawMask(tf, shape, rate, this.nextKey()),
      normalize: normalizeOnWebgpu,
      move: (variable, value, rate) => variable.assign(blended(variable, value, rate)),
    };
  }

  /** Submits a step and adds its score to the total, which is disposed of. */
  take({ indices, learningRate }: Step, total: [Scalar, Scalar]): [Scalar, Scalar] {
    const { tf } = this;
    this.step++;
    this.draw = 0;
    this.average?.leave();
    const { height, width, channels } = this.shape;
    const sums = tf.tidy(() => {
      const batch = tf.tensor1d(indices, 'int32');
      const shape = [indices.length, height, width, channels];
      const images = runElementwise<Tensor4D>(tf, PIXELS, [this.packed, batch], shape, {
        pixels: height * width * channels,
      });
      const labels = tf.gather(this.labels, batch) as Tensor1D;
      const found = stepGradients(tf, this.model, images, labels, this.recipe, this.tools);
      const gradients = Object.entries(found.gradients).map(([name, gradient]) => [
        this.variables.get(name)!,
        gradient,
      ]);
      this.optimizer.apply(new Map(gradients as [Variable, Tensor][]), learningRate);
      const added: [Scalar, Scalar] = [tf.add(total[0], found.lossSum), tf.add(total[1], found.correct)];
      // stepGradients keeps them, because its gradient tape would dispose of them.
      tf.dispose([found.lossSum, found.correct]);
      return added;
    });
    this.average?.update();
    tf.dispose(total);
    return sums;
  }

  dispose(): void {
    this.average?.dispose();
    this.optimizer.dispose();
    this.tf.dispose([this.packed, this.labels, ...this.tables.values()]);
  }

  private nextKey(): DrawKey {
    return { seed: this.seed, step: this.step, draw: this.draw++ };
  }

  private table(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
    const dtype = values instanceof Float32Array ? 'float32' : 'int32';
    const name = `${dtype} ${shape}: ${values}`;
    const table = this.tables.get(name) ?? this.tf.keep(this.tf.tensor(values, [...shape], dtype));
    this.tables.set(name, table);
    return table;
  }
}

/** Packs four bytes into each integer; the last integer may have unused bytes. */
function packBytes(bytes: Uint8Array): Int32Array {
  const whole = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  whole.set(bytes);
  return new Int32Array(whole.buffer);
}
