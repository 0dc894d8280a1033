// Kernel rows of a binary problem, computed by TensorFlow, and the products of the kernel matrix that are not kept.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../../engine/runtime/tensorflow.ts';
import { sharedArray } from '../shared-array.ts';
import { type Kernel, kernelMatrix } from './kernel.ts';
import { BLOCK_ROWS } from './smo.ts';

/** What computing kernel values needs. */
export interface KernelContext {
  readonly tf: Tensorflow;
  readonly options: { readonly kernel: Kernel; readonly signal?: AbortSignal };
}

/**
 * Computes the kernel rows of `active[known]` and all later active points into the blocks (see PairState).
 *
 * @param blocks missing or too small blocks are replaced; existing ones are reused, because new memory pages are slow
 * @param columns points of the problem, from `layOut`
 * @param active row numbers in `columns`
 * @param known number of rows that the blocks already contain
 * @returns number of kernel values computed
 */
export async function appendKernelRows(
  { tf, options: { kernel, signal } }: KernelContext,
  blocks: Float32Array[],
  columns: Tensor2D,
  active: Int32Array,
  known: number,
): Promise<number> {
  const count = columns.shape[0];
  for (let start = known; start < active.length; ) {
    await nextTurn();
    signal?.throwIfAborted();
    const block = Math.floor(start / BLOCK_ROWS);
    const end = Math.min(active.length, (block + 1) * BLOCK_ROWS);
    const values = tf.tidy(() => {
      const rows = tf.gather(columns, tf.tensor1d(active.subarray(start, end), 'int32'));
      return kernelMatrix(tf, kernel, rows, columns);
    });
    if ((blocks[block]?.length ?? 0) < BLOCK_ROWS * count)
      blocks[block] = sharedArray(Float32Array, BLOCK_ROWS * count);
    blocks[block]!.set(await values.data<'float32'>(), (start % BLOCK_ROWS) * count);
    values.dispose();
    start = end;
  }
  return (active.length - known) * count;
}

/**
 * Adds `weight(s) K(s, t)`, summed over some points s, to a value of every point t, without keeping the kernel rows.
 *
 * @param columns points of the problem, from `layOut`
 * @param points row numbers of the points s; those of weight 0 are skipped
 * @param sums one value per point t, updated
 * @returns number of kernel values computed
 */
export async function addKernelProducts(
  { tf, options: { kernel, signal } }: KernelContext,
  columns: Tensor2D,
  points: Int32Array,
  weight: (point: number) => number,
  sums: Float64Array,
): Promise<number> {
  const chosen = points.filter((point) => weight(point) !== 0);
  for (let start = 0; start < chosen.length; start += BLOCK_ROWS) {
    await nextTurn();
    signal?.throwIfAborted();
    const block = chosen.subarray(start, start + BLOCK_ROWS);
    const weights = Float32Array.from(block, weight);
    const products = tf.tidy(() => {
      const rows = tf.gather(columns, tf.tensor1d(block, 'int32'));
      return tf.tensor2d(weights, [1, block.length]).matMul(kernelMatrix(tf, kernel, rows, columns));
    });
    const values = await products.data<'float32'>();
    products.dispose();
    for (let t = 0; t < values.length; t++) sums[t]! += values[t]!;
  }
  return chosen.length * sums.length;
}

/**
 * Computes the kernel of each point with itself.
 *
 * @param points from `layOut`
 * @returns one value per point, in shared memory
 */
export async function kernelDiagonal(
  tf: Tensorflow,
  { name, degree }: Kernel,
  points: Tensor2D,
): Promise<Float32Array> {
  const diagonal = sharedArray(Float32Array, points.shape[0]);
  if (name === 'rbf') return diagonal.fill(1);
  const squares = tf.tidy(() => {
    const [count, width] = points.shape;
    const product = points
      .slice([0, 0], [count, width - 2])
      .square()
      .sum(1);
    // Twice the last column is coef0 (layOut).
    const sum = product.add(
      points
        .slice([0, width - 1], [count, 1])
        .reshape([count])
        .mul(2),
    );
    return name === 'poly' ? sum.pow(tf.scalar(degree)) : sum;
  });
  diagonal.set(await squares.data<'float32'>());
  squares.dispose();
  return diagonal;
}
