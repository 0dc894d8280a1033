// The computation of losses and gradients of a training step: eager training runs it, compiled training records it.
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
   * Share of an image's target that is spread evenly over all classes. Default: 0.
   *
   * @see Szegedy, C. et al. (2016). Rethinking the inception architecture for computer vision. CVPR.
   */
  readonly labelSmoothing?: number;
  /**
   * Maximum norm of all gradients together; larger gradients are scaled down. Default: no limit.
   *
   * @see Pascanu, R., Mikolov, T. and Bengio, Y. (2013). On the difficulty of training recurrent neural networks. ICML.
   */
  readonly clipNorm?: number;
  /**
   * Validates and ends with a running mean of the weights, which keeps this share of itself in every step (less in the
   * first steps). Default: the weights themselves.
   *
   * @see Polyak, B. T. and Juditsky, A. B. (1992). Acceleration of stochastic approximation by averaging. SIAM Journal on
   *   Control and Optimization 30(4).
   */
  readonly averaging?: number;
  /** Random augmentation of the images. Default: none. */
  readonly augmentation?: Augmentation;
}

/** What a trainer provides for a step. */
export interface StepTools extends NumberSource {
  /**
   * Computes the cross-entropy of each image, in nats. It is differentiable with respect to the logits.
   *
   * @param logits n x classes
   * @param targets n x classes, each row sums to 1
   */
  crossEntropy(logits: Tensor2D, targets: Tensor2D): Tensor1D;
}

/** Losses and gradients of a step. */
export interface StepResult {
  /** Sum of the cross-entropies of the images, without regularisers. */
  readonly lossSum: Scalar;
  /** Number of images that are classified correctly. */
  readonly correct: Scalar;
  /** Gradients by name of the trainable variable, clipped. */
  readonly gradients: NamedTensorMap;
}

/**
 * Computes losses and gradients of a batch.
 *
 * @param model ends in softmax
 * @param images n x height x width x channels, 0 to 1
 * @param labels n class indices
 * @param recipe how the network learns
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
    // Compared as floats, because CUDA compares integers in main memory, and the step would wait for them.
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
 * Computes the cross-entropy of each image by tfjs operations.
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
 * Computes the share of a weight's value that its running mean adopts after a step. The first steps have a larger share,
 * because the mean is then still that of the initial weights.
 *
 * @param averaging share that the mean keeps in each step, as in the recipe
 * @param step number of the step, from 1
 */
export function averagingRate(averaging: number, step: number): number {
  return 1 - Math.min(averaging, step / (step + 9));
}
