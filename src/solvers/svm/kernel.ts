// Kernels of the SVM: one matrix product and one elementwise function, by TensorFlow in single precision.
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../../engine/runtime/tensorflow.ts';

/** Names of the kernels, as in scikit-learn. */
export const KERNELS = ['rbf', 'poly', 'linear'] as const;
export type KernelName = (typeof KERNELS)[number];

/** A kernel and its parameters: rbf `exp(-gamma |x-z|²)`, poly `(gamma x·z + coef0)^degree`, linear `x·z`. */
export interface Kernel {
  readonly name: KernelName;
  /** Above 0; not used by `linear`. */
  readonly gamma: number;
  readonly degree: number;
  readonly coef0: number;
}

/**
 * Computes scikit-learn's `gamma='scale'`: 1 / (features x variance of all values), or 1 if the variance is 0.
 *
 * @param values n x width, in any order
 * @param width number of features of a row
 */
export function scaleGamma(values: Float32Array, width: number): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]!;
  mean /= Math.max(1, values.length);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  const variance = squares / Math.max(1, values.length);
  return variance > 0 ? 1 / (width * variance) : 1;
}

/**
 * Extends rows so that the kernel is a function of one product: `[s x, 1, h(x)]`. For the other side of the product the
 * last two columns are exchanged. For rbf s² = 2 gamma and h = -gamma |x|², so that the product is the exponent.
 *
 * @param rows n x width, row-major
 * @returns n x (width + 2); the caller disposes of it
 */
export function layOut(tf: Tensorflow, kernel: Kernel, rows: Float32Array, width: number): Tensor2D {
  const scale = { rbf: Math.sqrt(2 * kernel.gamma), poly: Math.sqrt(kernel.gamma), linear: 1 }[kernel.name];
  return tf.tidy(() => {
    const x = tf.tensor2d(rows, [rows.length / width, width]);
    const count = x.shape[0];
    const last =
      kernel.name === 'rbf'
        ? x.square().sum(1, true).mul(-kernel.gamma)
        : tf.fill([count, 1], kernel.name === 'poly' ? kernel.coef0 / 2 : 0);
    return tf.concat([x.mul(scale), tf.ones([count, 1]), last], 1) as Tensor2D;
  });
}

/**
 * Computes the kernel between rows and columns, both from `layOut`.
 *
 * @returns rows x columns; the caller disposes of it
 */
export function kernelMatrix(tf: Tensorflow, kernel: Kernel, rows: Tensor2D, columns: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const [count, width] = rows.shape;
    const exchanged = tf.concat(
      [
        rows.slice([0, 0], [count, width - 2]),
        rows.slice([0, width - 1], [count, 1]),
        rows.slice([0, width - 2], [count, 1]),
      ],
      1,
    );
    const product = tf.matMul(exchanged, columns, false, true) as Tensor2D;
    if (kernel.name === 'rbf') return product.exp();
    if (kernel.name === 'linear') return product;
    return product.pow(tf.scalar(kernel.degree)) as Tensor2D;
  });
}
