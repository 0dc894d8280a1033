// Multinomial logistic regression (softmax) with an L2 penalty on the weights, fitted by L-BFGS. The data stay on
// TensorFlow; one evaluation takes two matrix products.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { UserError } from '../base/errors.ts';
import type { Tensorflow } from '../engine/runtime/tensorflow.ts';
import { checkPixels } from './check-pixels.ts';
import { type Evaluation, type LbfgsStop, minimize } from './lbfgs.ts';
import {
  affineGradient,
  affineScores,
  checkLinearOptions,
  type LinearModel,
  type LinearOptions,
  linearModelOf,
  linearScores,
} from './linear-model.ts';
import { normalizeLogRows } from './normalize-log-rows.ts';

/** Options of a fit. */
export interface LogisticRegressionOptions extends LinearOptions {
  /** Number of classes k, at least 2. */
  readonly classCount: number;
  /** The fit has converged when no component of the gradient of the mean loss is larger, as in scikit-learn. */
  readonly tolerance: number;
  readonly signal?: AbortSignal;
  /** Called after each iteration; `loss` is the penalised mean cross-entropy, in nats. */
  readonly onIteration?: (iteration: number, loss: number) => void;
}

/** A fitted model and the result of its fit. */
export interface LogisticRegressionModel extends LinearModel {
  /** Mean cross-entropy plus |weights|² / (2 C n): scikit-learn's objective divided by C n. */
  readonly loss: number;
  readonly iterations: number;
  /** Number of passes over the data. */
  readonly evaluations: number;
  readonly gradientNorm: number;
  readonly stop: LbfgsStop;
  /** Whether a tolerance was met within `maxIterations`. */
  readonly converged: boolean;
}

// As in scikit-learn: a smaller gain is below rounding (64 units in the last place).
const VALUE_TOLERANCE = 64 * Number.EPSILON;

/**
 * Fits the weights that minimise `C x sum of cross-entropies + |weights|² / 2`. The fit starts at zero and needs no seed.
 *
 * @param rows n x width, row-major, n at least 1
 * @param labels n class indices below `classCount`
 * @throws UserError if an option is out of range, there is no row, or a value is not finite
 * @throws the signal's reason if aborted
 */
export async function fitLogisticRegression(
  tf: Tensorflow,
  rows: Float32Array,
  labels: Uint8Array,
  options: LogisticRegressionOptions,
): Promise<LogisticRegressionModel> {
  const { classCount, cost, maxIterations, tolerance, signal, onIteration } = options;
  const count = labels.length;
  checkLinearOptions(options);
  if (count === 0) throw new UserError('logistic regression needs at least one training image; found none');
  checkPixels('logistic regression', rows, count);
  signal?.throwIfAborted();
  const width = rows.length / count;
  const x = tf.tensor2d(rows, [count, width]);
  const truth = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classCount).toFloat() as Tensor2D);
  const penalty = 1 / (cost * count);

  try {
    const evaluate = (point: Float64Array) => evaluateLoss(tf, x, truth, point, penalty, signal);
    const { point, value, ...rest } = await minimize(evaluate, new Float64Array((width + 1) * classCount), {
      maxIterations,
      gradientTolerance: tolerance,
      valueTolerance: VALUE_TOLERANCE,
      ...(onIteration && { onIteration }),
    });
    return { ...rest, ...linearModelOf(point, classCount), loss: value };
  } finally {
    tf.dispose([x, truth]);
  }
}

/**
 * Computes the penalised mean cross-entropy and its gradient.
 *
 * @param x n x width
 * @param truth n x k, one-hot
 * @param point coefficients, k x (width + 1)
 */
async function evaluateLoss(
  tf: Tensorflow,
  x: Tensor2D,
  truth: Tensor2D,
  point: Float64Array,
  penalty: number,
  signal: AbortSignal | undefined,
): Promise<Evaluation> {
  await nextTurn();
  signal?.throwIfAborted();
  const [count, width] = x.shape;
  const { losses, residuals } = tf.tidy(() => {
    const logits = affineScores(tf, x, point);
    const shifted = logits.sub<Tensor2D>(logits.max(1, true));
    const exponentials = shifted.exp();
    const totals = exponentials.sum(1, true);
    return {
      losses: totals.log().reshape([count]).sub(shifted.mul(truth).sum(1)),
      residuals: exponentials.div<Tensor2D>(totals).sub<Tensor2D>(truth),
    };
  });
  try {
    // The sum over images is in double precision, because the line search compares values to their last digits.
    let value = 0;
    for (const loss of await losses.data<'float32'>()) value += loss;
    value /= count;
    const gradient = await affineGradient(tf, x, residuals);
    for (let i = 0; i < gradient.length; i++) {
      gradient[i]! /= count;
      // The last coefficient of a class is its intercept, which is not penalised.
      if ((i + 1) % (width + 1) === 0) continue;
      value += (penalty / 2) * point[i]! * point[i]!;
      gradient[i]! += penalty * point[i]!;
    }
    return { value, gradient };
  } finally {
    tf.dispose([losses, residuals]);
  }
}

/**
 * Computes class probabilities.
 *
 * @param rows n x width, row-major
 * @returns n x k, row-major, each row sums to 1
 */
export async function predictLogisticRegression(
  tf: Tensorflow,
  model: LinearModel,
  rows: Float32Array,
): Promise<Float32Array> {
  return normalizeLogRows(await linearScores(tf, model, rows), model.intercepts.length);
}
