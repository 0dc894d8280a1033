// The arithmetic of a training step before the weights are changed, written once: eager training runs it, compiled
// training records it.
import type {
  LayersModel,
  NamedTensorMap,
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor4D,
} from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { type Augmentation, augment, type NumberSource } from './augmentation.ts';
import { trainingLogits } from './logits.ts';
import type { OptimizerRecipe } from './optimizer.ts';
import { trainableVariables } from './trainer.ts';

/** How a network learns from a batch. */
export interface TrainingRecipe {
  readonly optimizer: OptimizerRecipe;
  /**
   * Share of an image's target that is spread evenly over all classes, 0 by default.
   *
   * @see Szegedy, C. et al. (2016). Rethinking the inception architecture for computer vision. CVPR.
   */
  readonly labelSmoothing?: number;
  /**
   * Scales all gradients down together when their common length is above this; never by default.
   *
   * @see Pascanu, R., Mikolov, T. and Bengio, Y. (2013). On the difficulty of training recurrent neural networks. ICML.
   */
  readonly clipNorm?: number;
  /**
   * Validates and ends with a running mean of the weights, which keeps this share of itself at every step (less in the
   * first steps); with the weights themselves by default.
   *
   * @see Polyak, B. T. and Juditsky, A. B. (1992). Acceleration of stochastic approximation by averaging. SIAM Journal on
   *   Control and Optimization 30(4).
   */
  readonly averaging?: number;
  /** What is done to the images at random; nothing by default. */
  readonly augmentation?: Augmentation;
}

/** What a step needs of the trainer that takes it. */
export interface StepTools extends NumberSource {
  /**
   * Computes the cross-entropy of each image, in nats, and can be differentiated by the logits.
   *
   * @param logits n x classes
   * @param targets n x classes, each row sums to 1
   */
  crossEntropy(logits: Tensor2D, targets: Tensor2D): Tensor1D;
}

/** What a step found. */
export interface StepResult {
  /** Sum of the images' cross-entropies against their targets, regularisers left out. */
  readonly lossSum: Scalar;
  /** Images classified as labelled. */
  readonly correct: Scalar;
  /** By name of the trainable variable, clipped. */
  readonly gradients: NamedTensorMap;
}

/**
 * Computes losses and gradients of a batch.
 *
 * @param model ends in softmax
 * @param images n x height x width x channels, 0 to 1
 * @param labels n class indices
 * @param recipe how to learn
 * @param tools of the trainer
 */
export function stepGradients(
  tf: Tensorflow,
  model: LayersModel,
  images: Tensor4D,
  labels: Tensor1D,
  { labelSmoothing = 0, clipNorm, augmentation = {} }: TrainingRecipe,
  tools: StepTools,
): StepResult {
  const classCount = model.outputs[0]!.shape[1]!;
  const plain = tf.cast(tf.oneHot(labels, classCount), 'float32') as Tensor2D;
  const smooth =
    labelSmoothing > 0 ? tf.add<Tensor2D>(tf.mul(plain, 1 - labelSmoothing), labelSmoothing / classCount) : plain;
  const batch = augment(tf, images, smooth, augmentation, tools);
  let lossSum: Scalar | undefined;
  let correct: Scalar | undefined;
  const cost = (): Scalar => {
    const logits = trainingLogits(model, batch.images) as Tensor2D;
    const losses = tools.crossEntropy(logits, batch.targets);
    lossSum = tf.keep(tf.sum<Scalar>(losses));
    // As floats, since CUDA compares whole numbers in the host's memory: the step would wait for it.
    const isRight = tf.equal(tf.cast(tf.argMax(logits, 1), 'float32'), tf.cast(labels, 'float32'));
    correct = tf.keep(tf.sum<Scalar>(tf.cast(isRight, 'float32')));
    return model.calculateLosses().reduce<Scalar>((sum, penalty) => tf.add(sum, penalty), tf.mean(losses));
  };
  const { grads } = tf.variableGrads(cost, trainableVariables(model));
  return {
    lossSum: lossSum!,
    correct: correct!,
    gradients: clipNorm === undefined ? grads : clip(tf, grads, clipNorm),
  };
}

/**
 * Computes the cross-entropy of each image of tfjs's own operations.
 *
 * @param logits n x classes
 * @param targets n x classes, each row sums to 1
 */
export function crossEntropy(tf: Tensorflow, logits: Tensor2D, targets: Tensor2D): Tensor1D {
  return tf.neg(tf.sum<Tensor1D>(tf.mul(targets, tf.logSoftmax(logits)), 1));
}

function clip(tf: Tensorflow, gradients: NamedTensorMap, most: number): NamedTensorMap {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const factor = tf.div(most, tf.maximum(norm, most));
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]): [string, Tensor] => [name, tf.mul(gradient, factor)]),
  );
}

/**
 * Computes the share of a weight's value that its running mean takes up after a step, so that the first steps, when the
 * mean is still that of the initial weights, count for more.
 *
 * @param averaging of the recipe
 * @param step 1 for the first
 */
export function averagingRate(averaging: number, step: number): number {
  return 1 - Math.min(averaging, step / (step + 9));
}
