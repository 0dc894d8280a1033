// Optimisers as data: the eager trainer makes tfjs optimisers of them, the compiled one makes graph updates.
import type { Optimizer } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from './tensorflow.ts';

/** Adam. @see Kingma, D. and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR. */
export interface Adam {
  readonly kind: 'adam';
  /** Decay of the mean gradient, 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean squared gradient, 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the bias-corrected mean square, 1e-7 by default as in Keras. */
  readonly epsilon?: number;
}

/** Stochastic gradient descent, with momentum when that is above 0. */
export interface Sgd {
  readonly kind: 'sgd';
  /** Share of the last step that is kept, 0 by default. */
  readonly momentum?: number;
  /** Looks ahead along the momentum, false by default. */
  readonly nesterov?: boolean;
}

/** An update rule without its learning rate, which is given to every step. */
export type OptimizerRecipe = Adam | Sgd;

/** Every value of an update rule, defaults filled in. */
export type CompleteOptimizer = Required<Adam> | Required<Sgd>;

/**
 * Fills in the defaults of an update rule.
 *
 * @param recipe the rule
 */
export function completeOptimizer(recipe: OptimizerRecipe): CompleteOptimizer {
  return recipe.kind === 'adam'
    ? { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, ...recipe }
    : { momentum: 0, nesterov: false, ...recipe };
}

/** A tfjs optimiser whose learning rate can be set before each step. */
export interface EagerOptimizer {
  readonly optimizer: Optimizer;
  setLearningRate(learningRate: number): void;
}

/**
 * Makes the tfjs optimiser of an update rule.
 *
 * @param tf TensorFlow
 * @param recipe the rule
 */
export function eagerOptimizer(tf: Tensorflow, recipe: OptimizerRecipe): EagerOptimizer {
  const rule = completeOptimizer(recipe);
  if (rule.kind === 'adam') {
    const optimizer = tf.train.adam(0, rule.beta1, rule.beta2, rule.epsilon);
    return {
      optimizer,
      setLearningRate(learningRate) {
        // Adam of tfjs has no setter, but reads the field at every step.
        (optimizer as unknown as { learningRate: number }).learningRate = learningRate;
      },
    };
  }
  const optimizer = rule.momentum > 0 ? tf.train.momentum(0, rule.momentum, rule.nesterov) : tf.train.sgd(0);
  return { optimizer, setLearningRate: (learningRate) => optimizer.setLearningRate(learningRate) };
}
