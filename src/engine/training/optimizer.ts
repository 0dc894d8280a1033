// Optimisers as data: the eager trainer converts them to tfjs optimisers, the compiled trainer to graph updates.
import type { Optimizer, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/** Common part of all update rules. */
interface Decay {
  /**
   * Decoupled weight decay: before each step, weights of two or more dimensions (not biases, scales and offsets) shrink by
   * this share times the learning rate. Default: 0. Adam with weight decay is AdamW.
   *
   * @see Loshchilov, I. and Hutter, F. (2019). Decoupled weight decay regularization. ICLR.
   */
  readonly weightDecay?: number;
}

/** Adam. @see Kingma, D. and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR. */
export interface Adam extends Decay {
  readonly kind: 'adam';
  /** Decay of the mean gradient. Default: 0.9. */
  readonly beta1?: number;
  /** Decay of the mean squared gradient. Default: 0.999. */
  readonly beta2?: number;
  /** Added to the root of the bias-corrected mean square. Default: 1e-7, as in Keras. */
  readonly epsilon?: number;
}

/** RMSprop. @see Tieleman, T. and Hinton, G. (2012). Lecture 6.5, Neural networks for machine learning. */
export interface RmsProp extends Decay {
  readonly kind: 'rmsprop';
  /** Decay of the mean squared gradient. Default: 0.9. */
  readonly rho?: number;
  /** Share of the previous step that is kept. Default: 0. */
  readonly momentum?: number;
  /** Added to the mean square before its root. Default: 1e-7, as in Keras. */
  readonly epsilon?: number;
}

/** Stochastic gradient descent, with momentum if it is above 0. */
export interface Sgd extends Decay {
  readonly kind: 'sgd';
  /** Share of the previous step that is kept. Default: 0. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum. Default: false. */
  readonly nesterov?: boolean;
}

/** An update rule without its learning rate, which every step receives. */
export type OptimizerRecipe = Adam | RmsProp | Sgd;

/** All values of an update rule, including defaults. */
export type CompleteOptimizer = Required<Adam> | Required<RmsProp> | Required<Sgd>;

/**
 * Returns an update rule with its defaults.
 *
 * @param recipe the rule
 */
export function completeOptimizer(recipe: OptimizerRecipe): CompleteOptimizer {
  switch (recipe.kind) {
    case 'adam':
      return { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, ...recipe };
    case 'rmsprop':
      return { rho: 0.9, momentum: 0, epsilon: 1e-7, weightDecay: 0, ...recipe };
    case 'sgd':
      return { momentum: 0, nesterov: false, weightDecay: 0, ...recipe };
  }
}

/**
 * Returns whether weight decay applies to a weight.
 *
 * @param shape shape of the weight
 */
export function isDecayed(rule: CompleteOptimizer, shape: readonly number[]): boolean {
  return rule.weightDecay > 0 && shape.length > 1;
}

/** A tfjs optimiser with a learning rate that can be set before each step. */
export interface EagerOptimizer {
  readonly optimizer: Optimizer;
  /** Sets the learning rate of the next step and applies its weight decay. */
  prepare(learningRate: number, weights: readonly Variable[]): void;
}

/**
 * Creates the tfjs optimiser of an update rule.
 *
 * @param tf TensorFlow
 * @param recipe the rule
 */
export function eagerOptimizer(tf: Tensorflow, recipe: OptimizerRecipe): EagerOptimizer {
  const rule = completeOptimizer(recipe);
  const optimizer = tfjsOptimizer(tf, rule);
  return {
    optimizer,
    prepare(learningRate, weights) {
      // If tfjs has no setter, the optimiser reads the field in every step.
      const settable = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void };
      if (settable.setLearningRate) settable.setLearningRate(learningRate);
      else settable.learningRate = learningRate;
      for (const weight of weights) {
        if (isDecayed(rule, weight.shape)) {
          tf.tidy(() => weight.assign(tf.mul(weight, 1 - learningRate * rule.weightDecay)));
        }
      }
    },
  };
}

function tfjsOptimizer(tf: Tensorflow, rule: CompleteOptimizer): Optimizer {
  switch (rule.kind) {
    case 'adam':
      return tf.train.adam(0, rule.beta1, rule.beta2, rule.epsilon);
    case 'rmsprop':
      return tf.train.rmsprop(0, rule.rho, rule.momentum, rule.epsilon);
    case 'sgd':
      return rule.momentum > 0 ? tf.train.momentum(0, rule.momentum, rule.nesterov) : tf.train.sgd(0);
  }
}
