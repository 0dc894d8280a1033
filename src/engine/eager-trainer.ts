// Training step by step with plain tfjs operations: works for every model, on every backend.
import type { LayersModel, Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { type Random, withMathRandom } from '../random.ts';
import type { LabelledImages } from '../types.ts';
import { trainingLogits } from './logits.ts';
import { eagerOptimizer, type OptimizerRecipe } from './optimizer.ts';
import type { Tensorflow } from './tensorflow.ts';
import { type Trainer, trainableVariables } from './trainer.ts';

/**
 * Makes a trainer that calls TensorFlow operation by operation. The training images lie on the device once, as floats.
 *
 * @param tf TensorFlow
 * @param model ends in softmax; its weights are trained in place
 * @param train at least 1 image
 * @param recipe the update rule
 * @param random of dropout masks
 */
export function eagerTrainer(
  tf: Tensorflow,
  model: LayersModel,
  train: LabelledImages,
  recipe: OptimizerRecipe,
  random: Random,
): Trainer {
  const { height, width, channels } = train.shape;
  const pixels = tf.tensor4d(train.pixels, [train.count, height, width, channels]);
  const labels = tf.tensor1d(Int32Array.from(train.labels), 'int32');
  const classCount = model.outputs[0]!.shape[1]!;
  const variables = trainableVariables(model);
  const { optimizer, setLearningRate } = eagerOptimizer(tf, recipe);

  const step: Trainer['step'] = (indices, learningRate) => {
    return tf.tidy(() => {
      setLearningRate(learningRate);
      const batch = tf.tensor1d(indices, 'int32');
      const images = tf.gather(pixels, batch) as Tensor4D;
      const truth = tf.gather(labels, batch);
      const score: { loss?: Scalar; correct?: Scalar } = {};
      const cost = (): Scalar => {
        const logits = trainingLogits(model, images) as Tensor2D;
        const loss = tf.losses.softmaxCrossEntropy(tf.oneHot(truth, classCount), logits) as Scalar;
        score.loss = tf.keep(loss.clone());
        score.correct = tf.keep(tf.sum<Scalar>(tf.cast(tf.equal(tf.argMax(logits, 1), truth), 'int32')));
        return model.calculateLosses().reduce<Scalar>((sum, penalty) => tf.add(sum, penalty), loss);
      };
      optimizer.applyGradients(tf.variableGrads(cost, variables).grads);
      const { loss, correct } = score as Required<typeof score>;
      const result = { lossSum: loss.dataSync()[0]! * indices.length, correct: correct.dataSync()[0]! };
      tf.dispose([loss, correct]);
      return result;
    });
  };
  return {
    step: (indices, learningRate) => withMathRandom(random, () => step(indices, learningRate)),
    syncModel() {},
    syncTrainer() {},
    dispose() {
      tf.dispose([pixels, labels]);
      optimizer.dispose();
    },
  };
}
