// Options of the kernel SVM and checks of its input.
import { UserError } from '../../base/errors.ts';
import type { Kernel } from './kernel.ts';

/** Options of a fit. */
export interface SvcOptions {
  readonly kernel: Kernel;
  /** Penalty of the slack variables (C), above 0. */
  readonly cost: number;
  /** Factor of C for each class index. Default: 1. */
  readonly classWeights?: readonly number[];
  /** Largest accepted violation of the optimality conditions (libsvm's `eps`, 0.001 there). */
  readonly tolerance: number;
  /** Number of worker threads, at least 1. The result does not depend on it. */
  readonly threads: number;
  /**
   * Megabytes of kernel rows that each of the `threads + 1` pairs in progress may keep, at least 0. If its rows need more,
   * only the kernel matrix of its active points is kept, and the other values are recomputed in every round.
   */
  readonly cacheMegabytes: number;
  /** Seed of the folds for fitting probabilities; absent: no probabilities are fitted. */
  readonly probabilitySeed?: number;
  readonly signal?: AbortSignal;
  /** Called after each pair of classes. */
  readonly onPair?: (done: number, total: number) => void;
}

/**
 * Checks the options of a fit.
 *
 * @throws UserError that names the option, its value and what is allowed
 */
export function checkSvcOptions({ kernel, cost, tolerance, classWeights, cacheMegabytes }: SvcOptions): void {
  const positive = (name: string, value: number): void => {
    if (!(value > 0 && Number.isFinite(value))) throw new UserError(`invalid ${name}: ${value}; a number above 0`);
  };
  positive('C', cost);
  positive('gamma', kernel.gamma);
  positive('tolerance', tolerance);
  for (const weight of classWeights ?? []) positive('class weight', weight);
  if (kernel.name === 'poly' && !(Number.isInteger(kernel.degree) && kernel.degree >= 1)) {
    throw new UserError(`invalid degree: ${kernel.degree}; an integer of at least 1`);
  }
  if (!(cacheMegabytes >= 0)) throw new UserError(`invalid cacheMegabytes: ${cacheMegabytes}; a number of at least 0`);
  if (!Number.isFinite(kernel.coef0)) throw new UserError(`invalid coef0: ${kernel.coef0}; a finite number`);
}

/**
 * Checks the training data.
 *
 * @param rows n x width, row-major
 * @throws UserError if a value is not finite
 */
export function checkSvcRows(rows: Float32Array, width: number): void {
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const place = `image ${Math.floor(bad / width)}, value ${bad % width}`;
  throw new UserError(`an SVM needs finite pixels; found ${rows[bad]} (${place})`);
}
