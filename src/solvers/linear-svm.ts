// Linear SVM, one class against the rest: squared hinge and L2 penalty, all classes at once by L-BFGS, the data on
// TensorFlow. What the adapter `linear-svm` stands on.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../engine/tensorflow.ts';
import { UserError } from '../errors.ts';
import { type Evaluation, type LbfgsStop, minimize } from './lbfgs.ts';

/** What to fit. */
export interface LinearSvmOptions {
  /** Number of classes k, at least 2. */
  readonly classCount: number;
  /** Weight of the losses against the penalty, above 0: scikit-learn's `C`. */
  readonly cost: number;
  readonly maxIterations: number;
  /** Stops when no component of the gradient of the objective over C n is larger. */
  readonly tolerance: number;
  readonly signal?: AbortSignal;
  /** Told after each iteration; `objective` is divided by C n. */
  readonly onIteration?: (iteration: number, objective: number) => void;
}

/** A fitted model and how its fit ended. */
export interface LinearSvmModel {
  /** k x width, row-major. */
  readonly weights: Float32Array;
  /** k. */
  readonly intercepts: Float32Array;
  /** Sum over classes of |weights|² / 2 + intercept² / 2 + C x sum of max(0, 1 - margin)². */
  readonly objective: number;
  readonly iterations: number;
  readonly gradientNorm: number;
  readonly stop: LbfgsStop;
  /** Whether a tolerance was met within the iterations allowed. */
  readonly converged: boolean;
}

// An iteration that gains less is lost in the rounding of single-precision margins.
const VALUE_TOLERANCE = 1e-9;

/**
 * Fits one hyperplane a class that keeps its images from all others: scikit-learn's LinearSVC with its defaults, the
 * intercept penalised as there. Starts at zero, so needs no seed.
 *
 * @param rows n x width, row-major
 * @param labels n class indices below `classCount`, of at least two classes
 * @throws UserError when an option is out of range, fewer than two classes occur, or a value is not finite
 * @throws the signal's reason when aborted
 * @see Fan, R.-E. et al. (2008). LIBLINEAR: a library for large linear classification. JMLR 9. (the objective)
 */
export async function fitLinearSvm(
  tf: Tensorflow,
  rows: Float32Array,
  labels: Uint8Array,
  options: LinearSvmOptions,
): Promise<LinearSvmModel> {
  const { classCount, cost, maxIterations, tolerance, signal, onIteration } = options;
  checkLinearSvmOptions(options);
  checkData(rows, labels);
  signal?.throwIfAborted();
  const count = labels.length;
  const width = rows.length / count;
  const weightCount = width * classCount;
  const x = tf.tensor2d(rows, [count, width]);
  // +1 for an image's own class, -1 for the others.
  const signs = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classCount).mul(2).sub(1) as Tensor2D);
  const penalty = 1 / (cost * count);

  const evaluate = async (point: Float64Array): Promise<Evaluation> => {
    await nextTurn();
    signal?.throwIfAborted();
    const { losses, slopes, sums } = tf.tidy(() => {
      const weights = tf.tensor2d(Float32Array.from(point.subarray(0, weightCount)), [classCount, width]);
      const intercepts = tf.tensor1d(Float32Array.from(point.subarray(weightCount)));
      const margins = x.matMul<Tensor2D>(weights, false, true).add<Tensor2D>(intercepts).mul<Tensor2D>(signs);
      const gaps = tf.scalar(1).sub<Tensor2D>(margins).relu<Tensor2D>();
      const residuals = gaps.mul<Tensor2D>(signs);
      return { losses: gaps.square().sum(1), slopes: residuals.matMul<Tensor2D>(x, true), sums: residuals.sum(0) };
    });
    try {
      // Summed over images in double precision: the line search compares values to their last digits.
      let value = 0;
      for (const loss of losses.dataSync<'float32'>()) value += loss;
      value /= count;
      const gradient = new Float64Array(point.length);
      gradient.set(slopes.dataSync<'float32'>());
      gradient.set(sums.dataSync<'float32'>(), weightCount);
      for (let i = 0; i < gradient.length; i++) {
        value += (penalty / 2) * point[i]! * point[i]!;
        gradient[i] = (-2 * gradient[i]!) / count + penalty * point[i]!;
      }
      return { value, gradient };
    } finally {
      tf.dispose([losses, slopes, sums]);
    }
  };

  try {
    const { point, value, iterations, gradientNorm, stop, converged } = await minimize(
      evaluate,
      new Float64Array(weightCount + classCount),
      {
        maxIterations,
        gradientTolerance: tolerance,
        valueTolerance: VALUE_TOLERANCE,
        ...(onIteration && { onIteration }),
      },
    );
    return {
      weights: Float32Array.from(point.subarray(0, weightCount)),
      intercepts: Float32Array.from(point.subarray(weightCount)),
      objective: value * cost * count,
      iterations,
      gradientNorm,
      stop,
      converged,
    };
  } finally {
    tf.dispose([x, signs]);
  }
}

/**
 * Computes the signed margins: how far on its own side each class has an image.
 *
 * @param rows n x width, row-major
 * @returns n x k, row-major; the largest of a row is the class predicted
 */
export function linearSvmMargins(
  tf: Tensorflow,
  { weights, intercepts }: Pick<LinearSvmModel, 'weights' | 'intercepts'>,
  rows: Float32Array,
): Float32Array {
  const classCount = intercepts.length;
  const width = weights.length / classCount;
  return tf.tidy(() =>
    tf
      .tensor2d(rows, [rows.length / width, width])
      .matMul<Tensor2D>(tf.tensor2d(weights, [classCount, width]), false, true)
      .add(tf.tensor1d(intercepts))
      .dataSync<'float32'>(),
  );
}

/**
 * Refuses options that nothing can be fitted with.
 *
 * @throws UserError naming the option, its value and what is allowed
 */
export function checkLinearSvmOptions({
  cost,
  maxIterations,
  tolerance,
}: Pick<LinearSvmOptions, 'cost' | 'maxIterations' | 'tolerance'>): void {
  if (!(cost > 0 && Number.isFinite(cost))) throw new UserError(`invalid C: ${cost}; a number above 0`);
  if (!(tolerance > 0)) throw new UserError(`invalid tolerance: ${tolerance}; a number above 0`);
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new UserError(`invalid maxIterations: ${maxIterations}; a whole number of at least 1`);
  }
}

function checkData(rows: Float32Array, labels: Uint8Array): void {
  const classes = new Set(labels).size;
  if (classes < 2) {
    throw new UserError(`a linear SVM needs at least two classes in the training images; found ${classes}`);
  }
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const width = rows.length / labels.length;
    const place = `image ${Math.floor(bad / width)}, value ${bad % width}`;
    throw new UserError(`a linear SVM needs finite pixels; found ${rows[bad]} (${place})`);
  }
}
