// Linear SVM, one class against the rest: squared hinge and L2 penalty, all classes at once by truncated Newton, the data
// on TensorFlow. What the adapter `linear-svm` stands on.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../base/errors.ts';
import type { Tensorflow } from '../engine/runtime/tensorflow.ts';
import { checkPixels } from './check-pixels.ts';
import {
  affineGradient,
  affineScores,
  checkLinearOptions,
  type LinearModel,
  type LinearOptions,
  linearModelOf,
} from './linear-model.ts';
import { minimizeEach, type NewtonEvaluation, type NewtonResult } from './truncated-newton.ts';

/** What to fit. */
export interface LinearSvmOptions extends LinearOptions {
  /** Number of classes k, at least 2. */
  readonly classCount: number;
  /**
   * LIBLINEAR's: a class is done when its gradient has become shorter than at the start by this factor times the share
   * of images on the smaller side.
   */
  readonly tolerance: number;
  readonly signal?: AbortSignal;
  /** Told after each iteration. */
  readonly onIteration?: (iteration: number, objective: number) => void;
}

/** A fitted model and how its fit ended. */
export interface LinearSvmModel
  extends LinearModel,
    Pick<NewtonResult, 'iterations' | 'products' | 'gradientShare' | 'stop' | 'converged'> {
  /** Sum over classes of |weights|² / 2 + intercept² / 2 + C x sum of max(0, 1 - margin)². */
  readonly objective: number;
}

/**
 * Fits one hyperplane a class that keeps its images from all others: scikit-learn's LinearSVC with its defaults, the
 * intercept penalised as there. A class without images gets a hyperplane that has all of them on its other side. Starts
 * at zero, so needs no seed.
 *
 * @param rows n x width, row-major
 * @param labels n class indices below `classCount`, of at least two classes
 * @throws UserError when an option is out of range, fewer than two classes occur, or a pixel is not finite
 * @throws the signal's reason when aborted
 * @see Fan, R.-E. et al. (2008). LIBLINEAR: a library for large linear classification. JMLR 9. (the objective and the
 *   tolerance); Lin, C.-J., Weng, R. C. and Keerthi, S. S. (2008). Trust region Newton method for large-scale logistic
 *   regression. JMLR 9. (its generalised Hessian)
 */
export async function fitLinearSvm(
  tf: Tensorflow,
  rows: Float32Array,
  labels: Uint8Array,
  options: LinearSvmOptions,
): Promise<LinearSvmModel> {
  const { classCount, cost, maxIterations, tolerance, signal, onIteration } = options;
  checkLinearOptions(options);
  const count = labels.length;
  const classSizes = new Float64Array(classCount);
  for (const label of labels) classSizes[label]!++;
  const classesFound = classSizes.filter((size) => size > 0).length;
  if (classesFound < 2) {
    throw new UserError(`a linear SVM needs at least two classes in the training images; found ${classesFound}`);
  }
  checkPixels('a linear SVM', rows, count);
  signal?.throwIfAborted();
  const x = tf.tensor2d(rows, [count, rows.length / count]);
  // +1 for an image's own class, -1 for the others.
  const signs = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classCount).mul(2).sub(1) as Tensor2D);
  /** 1 where an image is on the wrong side of a class's margin at the points evaluated last. */
  let isInside: Tensor2D = tf.onesLike(signs);

  const evaluate = async (points: Float64Array): Promise<NewtonEvaluation> => {
    await nextTurn();
    signal?.throwIfAborted();
    isInside.dispose();
    const scores = affineScores(tf, x, points);
    const gaps = tf.tidy(() => tf.scalar(1).sub(scores.mul(signs)).relu<Tensor2D>());
    isInside = gaps.step();
    const slopes = tf.tidy(() => gaps.mul<Tensor2D>(signs).mul<Tensor2D>(-2 * cost));
    try {
      const gradients = await affineGradient(tf, x, slopes);
      addTo(gradients, points);
      return { values: objectives(points, await gaps.data<'float32'>(), cost, classCount), gradients };
    } finally {
      tf.dispose([scores, gaps, slopes]);
    }
  };
  const multiplyHessians = async (directions: Float64Array): Promise<Float64Array> => {
    await nextTurn();
    signal?.throwIfAborted();
    const scores = affineScores(tf, x, directions);
    const slopes = tf.tidy(() => scores.mul<Tensor2D>(isInside).mul<Tensor2D>(2 * cost));
    const products = await affineGradient(tf, x, slopes);
    tf.dispose([scores, slopes]);
    addTo(products, directions);
    return products;
  };

  try {
    const start = new Float64Array((x.shape[1] + 1) * classCount);
    const { points, value, iterations, products, gradientShare, stop, converged } = await minimizeEach(
      { evaluate, multiplyHessians },
      start,
      {
        maxIterations,
        tolerances: classSizes.map((size) => (tolerance * Math.max(1, Math.min(size, count - size))) / count),
        ...(onIteration && { onIteration }),
      },
    );
    return {
      ...linearModelOf(points, classCount),
      objective: value,
      iterations,
      products,
      gradientShare,
      stop,
      converged,
    };
  } finally {
    tf.dispose([x, signs, isInside]);
  }
}

// Summed in double precision: the search compares values to their last digits.
function objectives(points: Float64Array, gaps: Float32Array, cost: number, classCount: number): Float64Array {
  const values = new Float64Array(classCount);
  for (let i = 0; i < gaps.length; i += classCount) {
    for (let k = 0; k < classCount; k++) values[k]! += gaps[i + k]! * gaps[i + k]!;
  }
  const width = points.length / classCount;
  for (let k = 0; k < classCount; k++) {
    values[k]! *= cost;
    for (let j = k * width; j < (k + 1) * width; j++) values[k]! += points[j]! ** 2 / 2;
  }
  return values;
}

function addTo(target: Float64Array, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += values[i]!;
}
