// Linear SVM, one against the rest: squared hinge loss and L2 penalty. Truncated Newton minimises all classes at once, with
// the data on TensorFlow.
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
import { minimizeEach, type NewtonEvaluation, type NewtonProblem, type NewtonResult } from './truncated-newton.ts';

/** Options of a fit. */
export interface LinearSvmOptions extends LinearOptions {
  /** Number of classes k, at least 2. */
  readonly classCount: number;
  /**
   * As in LIBLINEAR: a class has converged when the norm of its gradient is at most this factor, times the share of images
   * on the smaller side, times the norm at the start.
   */
  readonly tolerance: number;
  readonly signal?: AbortSignal;
  /** Called after each iteration. */
  readonly onIteration?: (iteration: number, objective: number) => void;
}

/** A fitted model and the result of its fit. */
export interface LinearSvmModel
  extends LinearModel,
    Pick<NewtonResult, 'iterations' | 'products' | 'gradientShare' | 'stop' | 'converged'> {
  /** Sum over classes of |weights|² / 2 + intercept² / 2 + C x sum of max(0, 1 - margin)². */
  readonly objective: number;
}

/**
 * Fits one hyperplane per class that separates its images from all others: scikit-learn's LinearSVC with its defaults,
 * including the penalty on the intercept. All images are on the negative side of the hyperplane of a class without images.
 * The fit starts at zero and needs no seed.
 *
 * @param rows n x width, row-major
 * @param labels n class indices below `classCount`, of at least two classes
 * @throws UserError if an option is out of range, fewer than two classes occur, or a pixel is not finite
 * @throws the signal's reason if aborted
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
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classCount).mul(2).sub(1) as Tensor2D);
  const objective = squaredHinge(tf, x, y, cost, signal);
  try {
    const start = new Float64Array((x.shape[1] + 1) * classCount);
    const { points, value, ...result } = await minimizeEach(objective, start, {
      maxIterations,
      tolerances: classSizes.map((size) => (tolerance * Math.max(1, Math.min(size, count - size))) / count),
      ...(onIteration && { onIteration }),
    });
    return { ...linearModelOf(points, classCount), objective: value, ...result };
  } finally {
    objective.dispose();
    tf.dispose([x, y]);
  }
}

/**
 * Creates the objectives of all classes, `|weights|² / 2 + intercept² / 2 + C x sum of max(0, 1 - margin)²` each.
 *
 * @param x n x width
 * @param y n x classes: +1 for an image of the class, -1 for the others
 */
function squaredHinge(
  tf: Tensorflow,
  x: Tensor2D,
  y: Tensor2D,
  cost: number,
  signal: AbortSignal | undefined,
): NewtonProblem & { dispose(): void } {
  // 1 where an image is on the wrong side of a class's margin at the points that were evaluated last.
  let isInside: Tensor2D = tf.onesLike(y);
  return {
    async evaluate(points: Float64Array): Promise<NewtonEvaluation> {
      await nextTurn();
      signal?.throwIfAborted();
      isInside.dispose();
      const scores = affineScores(tf, x, points);
      const gaps = tf.tidy(() => tf.scalar(1).sub(scores.mul(y)).relu<Tensor2D>());
      isInside = gaps.step();
      const slopes = tf.tidy(() => gaps.mul<Tensor2D>(y).mul<Tensor2D>(-2 * cost));
      try {
        const gradients = await affineGradient(tf, x, slopes);
        addTo(gradients, points);
        return { values: objectives(points, await gaps.data<'float32'>(), cost, y.shape[1]), gradients };
      } finally {
        tf.dispose([scores, gaps, slopes]);
      }
    },
    async multiplyHessians(directions: Float64Array): Promise<Float64Array> {
      await nextTurn();
      signal?.throwIfAborted();
      const scores = affineScores(tf, x, directions);
      const slopes = tf.tidy(() => scores.mul<Tensor2D>(isInside).mul<Tensor2D>(2 * cost));
      const products = await affineGradient(tf, x, slopes);
      tf.dispose([scores, slopes]);
      addTo(products, directions);
      return products;
    },
    dispose: () => isInside.dispose(),
  };
}

// Sums in double precision, because the search compares values to their last digits.
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
