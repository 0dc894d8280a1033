// Optimisers as data: the eager trainer makes tfjs optimisers of them, the compiled one makes graph updates.
import type { Optimizer, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/** What every update rule may do beside following the gradient. */
interface Decay {
  /**
   * Shrinks weights of two and more dimensions (biases, scales and offsets stay) by this share times the learning rate
   * before each step, apart from the gradient; 0 by default. Adam with it is AdamW.
   *
   * @see Loshchilov, I. and Hutter, F. (2019). Decoupled weight decay regularization. ICLR.
   */
  readonly weightDecay?: number;
}

/** Adam. @see Kingma, D. and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR. */
export interface Adam extends Decay {
  readonly kind: 'adam';
  /** Decay of the mean gradient, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean squared gradient, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the bias-corrected mean square, 1e-7 by default as in Keras. */
  readonly epsilon?: number;
}

/** RMSprop. @see Tieleman, T. and Hinton, G. (2012). Lecture 6.5, Neural networks for machine learning. */
export interface RmsProp extends Decay {
  readonly kind: 'rmsprop';
  /** Decay of the mean squared gradient, 0.9 by default. */
  readonly rho?: number;
  /** Share of the last step that is kept, 0 by default. */
  readonly momentum?: number;
  /** Added to the mean square before its root, 1e-7 by default as in Keras. */
  readonly epsilon?: number;
}

/** Stochastic gradient descent, with momentum when that is above 0. */
export interface Sgd extends Decay {
  readonly kind: 'sgd';
  /** Share of the last step that is kept, 0 by default. */
  readonly momentum?: number;
  /** Looks ahead along the momentum, false by default. */
  readonly nesterov?: boolean;
}

/** An update rule without its learning rate, which is given to every step. */
export type OptimizerRecipe = Adam | RmsProp | Sgd;

/** Every value of an update rule, defaults filled in. */
export type CompleteOptimizer = Required<Adam> | Required<RmsProp> | Required<Sgd>;

/**
 * Fills in the defaults of an update rule.
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
 * Tells whether weight decay shrinks a weight.
 *
 * @param shape the weight's
 */
export function isDecayed(rule: CompleteOptimizer, shape: readonly number[]): boolean {
  return rule.weightDecay > 0 && shape.length > 1;
}

/** A tfjs optimiser whose learning rate can be set before each step. */
export interface EagerOptimizer {
  readonly optimizer: Optimizer;
  /** Sets the rate of the step to come, and lets weights decay for it. */
  prepare(learningRate: number, weights: readonly Variable[]): void;
}

/**
 * Makes the tfjs optimiser of an update rule.
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
      // Where tfjs has no setter, the optimiser reads the field at every step.
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
