// Training operation by operation with tfjs. It works for every model on every backend.
import type { LayersModel, Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { type Random, withMathRandom } from '../../base/random.ts';
import { toPixels } from '../../data/images.ts';
import type { LabelledImages } from '../../types.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { eagerOptimizer } from './optimizer.ts';
import { averagingRate, crossEntropy, type StepTools, stepGradients, type TrainingRecipe } from './step.ts';
import { oneByOne, type SteppingTrainer, trainableVariables, weightVariables } from './trainer.ts';

/**
 * Creates a trainer that calls TensorFlow operation by operation. The training images are on the device as floats.
 *
 * @param tf TensorFlow
 * @param model ends in softmax; its weights are trained in place
 * @param train at least 1 image
 * @param recipe how the network learns
 * @param random draws dropout masks and augmentation
 */
export function eagerTrainer(
  tf: Tensorflow,
  model: LayersModel,
  train: LabelledImages,
  recipe: TrainingRecipe,
  random: Random,
): SteppingTrainer {
  const { height, width, channels } = train.shape;
  const pixels = tf.tensor4d(toPixels(train.bytes), [train.count, height, width, channels]);
  const labels = tf.tensor1d(Int32Array.from(train.labels), 'int32');
  const variables = trainableVariables(model);
  const { optimizer, prepare } = eagerOptimizer(tf, recipe.optimizer);
  const tools: StepTools = {
    draw: (shape) => tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, random), [...shape]),
    table: (values, shape) => tf.tensor(values, [...shape], values instanceof Float32Array ? 'float32' : 'int32'),
    crossEntropy: (logits, targets) => crossEntropy(tf, logits, targets),
  };
  const average = recipe.averaging === undefined ? null : averageOf(tf, model, recipe.averaging);

  const step: SteppingTrainer['step'] = (indices, learningRate) => {
    average?.leave();
    const { lossSum, correct } = tf.tidy(() => {
      const batch = tf.tensor1d(indices, 'int32');
      const images = tf.gather(pixels, batch) as Tensor4D;
      const { gradients, ...score } = stepGradients(tf, model, images, tf.gather(labels, batch), recipe, tools);
      prepare(learningRate, variables);
      optimizer.applyGradients(gradients);
      return score;
    });
    average?.update();
    const result = { lossSum: lossSum.dataSync()[0]!, correct: correct.dataSync()[0]! };
    tf.dispose([lossSum, correct]);
    return result;
  };
  const seeded: SteppingTrainer['step'] = (indices, learningRate) =>
    withMathRandom(random, () => step(indices, learningRate));
  return {
    step: seeded,
    run: oneByOne(seeded),
    syncModel: () => average?.enter(),
    syncTrainer: () => average?.restart(),
    dispose() {
      average?.dispose();
      tf.dispose([pixels, labels]);
      optimizer.dispose();
    },
  };
}

/**
 * Creates the running mean of a model's weights. The model holds either the trained weights or their mean.
 *
 * @param averaging share that the mean keeps in each step, as in the recipe
 * @param blend moves a mean towards a value by a share of the difference
 */
export function averageOf(
  tf: Tensorflow,
  model: LayersModel,
  averaging: number,
  blend = (mean: Tensor, value: Tensor, rate: number): Tensor => tf.add(mean, tf.mul(tf.sub(value, mean), rate)),
) {
  const weights = weightVariables(model);
  const trainable = new Set(trainableVariables(model));
  let means = weights.map((weight) => weight.clone() as Tensor);
  /** The trained weights while the model holds the mean. */
  let trained: Tensor[] | null = null;
  let steps = 0;
  return {
    update(): void {
      const rate = averagingRate(averaging, ++steps);
      const next = weights.map((weight, i) =>
        tf.tidy(() =>
          // The running means of batch normalisation are not trainable: they are means already.
          trainable.has(weight) ? blend(means[i]!, weight, rate) : weight.clone(),
        ),
      );
      tf.dispose(means);
      means = next;
    },
    enter(): void {
      if (trained) return;
      trained = weights.map((weight) => weight.clone());
      for (const [i, weight] of weights.entries()) weight.assign(means[i]!);
    },
    leave(): void {
      if (!trained) return;
      for (const [i, weight] of weights.entries()) weight.assign(trained[i]!);
      tf.dispose(trained);
      trained = null;
    },
    restart(): void {
      tf.dispose([...means, ...(trained ?? [])]);
      trained = null;
      means = weights.map((weight) => weight.clone());
    },
    dispose: () => tf.dispose([...means, ...(trained ?? [])]),
  };
}
