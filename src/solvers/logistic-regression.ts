// Multinomial logistic regression: softmax, L2 on the weights, none on the intercepts. The data stay on TensorFlow; one
// evaluation is two matrix products. L-BFGS does the rest.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../engine/tensorflow.ts';
import { UserError } from '../errors.ts';
import { type Evaluation, type LbfgsStop, minimize } from './lbfgs.ts';

/** What to fit. */
export interface LogisticRegressionOptions {
  /** Number of classes k, at least 2. */
  readonly classCount: number;
  /** Inverse strength of the penalty, above 0: scikit-learn's `C`. */
  readonly cost: number;
  readonly maxIterations: number;
  /** Stops when no component of the mean loss's gradient is larger, as in scikit-learn. */
  readonly tolerance: number;
  readonly signal?: AbortSignal;
  /** Told after each iteration; `loss` is the penalised mean, in nats. */
  readonly onIteration?: (iteration: number, loss: number) => void;
}

/** A fitted model and how its fit ended. */
export interface LogisticRegressionModel {
  /** k x width, row-major. */
  readonly weights: Float32Array;
  /** k. */
  readonly intercepts: Float32Array;
  /** Mean cross-entropy plus |weights|² / (2 C n): scikit-learn's objective over C n. */
  readonly loss: number;
  readonly iterations: number;
  /** Passes over the data. */
  readonly evaluations: number;
  readonly gradientNorm: number;
  readonly stop: LbfgsStop;
  /** Whether a tolerance was met within the iterations allowed. */
  readonly converged: boolean;
}

// SciPy's default for scikit-learn: an iteration that gains less is lost in rounding (64 units in the last place).
const VALUE_TOLERANCE = 64 * Number.EPSILON;

/**
 * Fits the weights that minimise `C x sum of cross-entropies + |weights|² / 2`. Starts at zero, so needs no seed.
 *
 * @param rows n x width, row-major, n at least 1
 * @param labels n class indices below `classCount`
 * @throws UserError when an option is out of range, there is no row, or a value is not finite
 * @throws the signal's reason when aborted
 */
export async function fitLogisticRegression(
  tf: Tensorflow,
  rows: Float32Array,
  labels: Uint8Array,
  options: LogisticRegressionOptions,
): Promise<LogisticRegressionModel> {
  const { classCount, cost, maxIterations, tolerance, signal, onIteration } = options;
  const count = labels.length;
  checkInput(rows, count, options);
  signal?.throwIfAborted();
  const width = rows.length / count;
  const x = tf.tensor2d(rows, [count, width]);
  const truth = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classCount).toFloat() as Tensor2D);
  const penalty = 1 / (cost * count);

  const evaluate = async (point: Float64Array): Promise<Evaluation> => {
    await nextTurn();
    signal?.throwIfAborted();
    const { losses, slopes, sums } = tf.tidy(() => {
      const weights = tf.tensor2d(Float32Array.from(point.subarray(0, width * classCount)), [classCount, width]);
      const intercepts = tf.tensor1d(Float32Array.from(point.subarray(width * classCount)));
      // Residuals on the left below: about a third faster than the transpose of that product.
      const logits = x.matMul<Tensor2D>(weights.transpose()).add<Tensor2D>(intercepts);
      const shifted = logits.sub<Tensor2D>(logits.max(1, true));
      const exponentials = shifted.exp();
      const totals = exponentials.sum(1, true);
      const residuals = exponentials.div<Tensor2D>(totals).sub<Tensor2D>(truth);
      return {
        losses: totals.log().reshape([count]).sub(shifted.mul(truth).sum(1)),
        slopes: residuals.matMul<Tensor2D>(x, true),
        sums: residuals.sum(0),
      };
    });
    try {
      // The sum over images is taken in double precision: the line search compares values to their last digits.
      let value = 0;
      for (const loss of losses.dataSync<'float32'>()) value += loss;
      value /= count;
      const gradient = new Float64Array(point.length);
      gradient.set(slopes.dataSync<'float32'>());
      gradient.set(sums.dataSync<'float32'>(), width * classCount);
      for (let i = 0; i < gradient.length; i++) gradient[i]! /= count;
      for (let i = 0; i < width * classCount; i++) {
        value += (penalty / 2) * point[i]! * point[i]!;
        gradient[i]! += penalty * point[i]!;
      }
      return { value, gradient };
    } finally {
      tf.dispose([losses, slopes, sums]);
    }
  };

  try {
    const found = await minimize(evaluate, new Float64Array((width + 1) * classCount), {
      maxIterations,
      gradientTolerance: tolerance,
      valueTolerance: VALUE_TOLERANCE,
      ...(onIteration ? { onIteration } : {}),
    });
    const { point, value, ...rest } = found;
    return {
      ...rest,
      weights: Float32Array.from(point.subarray(0, width * classCount)),
      intercepts: Float32Array.from(point.subarray(width * classCount)),
      loss: value,
    };
  } finally {
    tf.dispose([x, truth]);
  }
}

/**
 * Computes class probabilities.
 *
 * @param rows n x width, row-major
 * @returns n x k, row-major, each row sums to 1
 */
export function predictLogisticRegression(
  tf: Tensorflow,
  { weights, intercepts }: Pick<LogisticRegressionModel, 'weights' | 'intercepts'>,
  rows: Float32Array,
): Float32Array {
  if (rows.length === 0) return new Float32Array(0);
  const classCount = intercepts.length;
  const width = weights.length / classCount;
  const probabilities = tf.tidy(() => {
    const x = tf.tensor2d(rows, [rows.length / width, width]);
    return x
      .matMul<Tensor2D>(tf.tensor2d(weights, [classCount, width]), false, true)
      .add(tf.tensor1d(intercepts))
      .softmax();
  });
  const values = probabilities.dataSync<'float32'>();
  probabilities.dispose();
  return values;
}

function checkInput(rows: Float32Array, count: number, options: LogisticRegressionOptions): void {
  const { cost, maxIterations, tolerance } = options;
  if (!(cost > 0 && Number.isFinite(cost))) throw new UserError(`invalid C: ${cost}; a number above 0`);
  if (!(tolerance > 0)) throw new UserError(`invalid tolerance: ${tolerance}; a number above 0`);
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new UserError(`invalid maxIterations: ${maxIterations}; an integer of at least 1`);
  }
  if (count === 0) throw new UserError('logistic regression needs at least one training image; found none');
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const width = rows.length / count;
    const place = `image ${Math.floor(bad / width)}, value ${bad % width}`;
    throw new UserError(`logistic regression needs finite pixels; found ${rows[bad]} (${place})`);
  }
}
