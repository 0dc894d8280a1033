// Training on WebGPU: images, weights, random numbers and losses stay on the device; JavaScript hands over operations
// and the positions of each batch, and never waits for a step.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LayersModel, Scalar, Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { LabelledImages } from '../../types.ts';
import { replaceLayers } from '../compile/layers.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { type Elementwise, runElementwise, submittedWorkDone, webgpuIdle } from '../runtime/webgpu-device.ts';
import { averageOf } from '../training/eager-trainer.ts';
import { completeOptimizer } from '../training/optimizer.ts';
import { crossEntropy, type StepTools, stepGradients, type TrainingRecipe } from '../training/step.ts';
import { type Step, type Trainer, trainableVariables } from '../training/trainer.ts';
import { normalizeOnWebgpu } from './layers.ts';
import { blend, deviceOptimizer } from './optimizer.ts';
import { drawMask, drawUniform } from './random-ops.ts';

/** Steps handed over before the device is waited for: enough that it always has work, few enough to stop it soon. */
const STEPS_AHEAD = 8;

const PIXELS: Elementwise = {
  name: 'gather-pixels',
  inputs: ['packed', 'images'],
  uniforms: { pixels: 'i32' },
  // Four bytes a word, the first in the lowest bits.
  value: `let at = images[index / uniforms.pixels] * uniforms.pixels + index % uniforms.pixels;
    let word = bitcast<u32>(packed[at >> 2u]);
    f32((word >> (8u * u32(at & 3))) & 255u) / 255.0`,
};

/**
 * Makes a trainer for WebGPU. The training images lie on the device as bytes.
 *
 * @param tf TensorFlow on WebGPU
 * @param model ends in softmax; its weights are trained in place
 * @param train at least 1 image
 * @param recipe how to learn
 * @param seed of dropout masks and augmentation, unsigned 32-bit
 */
export function webgpuTrainer(
  tf: Tensorflow,
  model: LayersModel,
  train: LabelledImages,
  recipe: TrainingRecipe,
  seed: number,
): Trainer {
  const { height, width, channels } = train.shape;
  const packed = tf.tensor1d(packBytes(train.bytes), 'int32');
  const labels = tf.tensor1d(Int32Array.from(train.labels), 'int32');
  const variables = new Map(trainableVariables(model).map((variable) => [variable.name, variable]));
  const optimizer = deviceOptimizer(tf, completeOptimizer(recipe.optimizer));
  const blended = (mean: Tensor, value: Tensor, rate: number): Tensor => blend(tf, mean, value, rate);
  const average = recipe.averaging === undefined ? null : averageOf(tf, model, recipe.averaging, blended);
  const tables = new Map<string, Tensor>();
  let step = 0;
  let draw = 0;

  const nextKey = () => ({ seed, step, draw: draw++ });
  const tools: StepTools = {
    draw: (shape) => drawUniform(tf, shape, nextKey()),
    table(values, shape) {
      const dtype = values instanceof Float32Array ? 'float32' : 'int32';
      const name = `${dtype} ${shape}: ${values}`;
      const table = tables.get(name) ?? tf.keep(tf.tensor(values, [...shape], dtype));
      tables.set(name, table);
      return table;
    },
    crossEntropy: (logits, targets) => crossEntropy(tf, logits, targets),
  };
  const hooks = {
    drawMask: (shape: readonly number[], rate: number) => drawMask(tf, shape, rate, nextKey()),
    normalize: normalizeOnWebgpu,
    move: (variable: Variable, value: Tensor, rate: number) => variable.assign(blended(variable, value, rate)),
  };

  /** Hands a step over and adds its score to the total. */
  const take = ({ indices, learningRate }: Step, total: [Scalar, Scalar]): [Scalar, Scalar] => {
    step++;
    draw = 0;
    average?.leave();
    const sums = tf.tidy(() => {
      const batch = tf.tensor1d(indices, 'int32');
      const shape = [indices.length, height, width, channels];
      const images = runElementwise<Tensor4D>(tf, PIXELS, [packed, batch], shape, {
        pixels: height * width * channels,
      });
      const found = stepGradients(tf, model, images, tf.gather(labels, batch) as Tensor1D, recipe, tools);
      const gradients = Object.entries(found.gradients).map(([name, gradient]) => [variables.get(name)!, gradient]);
      optimizer.apply(new Map(gradients as [Variable, Tensor][]), learningRate);
      const sums: [Scalar, Scalar] = [tf.add(total[0], found.lossSum), tf.add(total[1], found.correct)];
      // Kept by the step, since its tape would have let go of them.
      tf.dispose([found.lossSum, found.correct]);
      return sums;
    });
    average?.update();
    tf.dispose(total);
    return sums;
  };

  return {
    async run(steps, onTaken) {
      const restore = replaceLayers(tf, model, hooks);
      let total: [Scalar, Scalar] = [tf.scalar(0), tf.scalar(0)];
      try {
        let earlier: Promise<unknown> | undefined;
        for (const [i, one] of steps.entries()) {
          await nextTurn();
          total = take(one, total);
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
    syncModel: () => average?.enter(),
    syncTrainer: () => average?.restart(),
    dispose() {
      average?.dispose();
      optimizer.dispose();
      tf.dispose([packed, labels, ...tables.values()]);
    },
  };
}

/** Puts four bytes into each whole number; the last ones may be too many. */
function packBytes(bytes: Uint8Array): Int32Array {
  const whole = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  whole.set(bytes);
  return new Int32Array(whole.buffer);
}
