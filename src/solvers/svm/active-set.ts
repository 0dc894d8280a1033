// The outer loop of SMO: an active set that grows until no other point violates the optimality conditions (Joachims 1999).
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../../engine/runtime/tensorflow.ts';
import { sharedArray, type TypedArrayConstructor } from '../shared-array.ts';
import type { WorkerPool } from '../worker-pool.ts';
import { addKernelProducts, appendKernelRows } from './kernel-rows.ts';
import { type ActiveSetResult, BLOCK_ROWS, findObjective, findRho, findViolators, type PairState } from './smo.ts';
import type { SvcOptions } from './svc-options.ts';

/** What solving a binary problem needs. */
export interface SvcContext {
  readonly tf: Tensorflow;
  readonly options: SvcOptions;
  readonly pool: WorkerPool<PairState, ActiveSetResult>;
}

/** A binary problem, and the kernel rows of it that are known. */
export interface BinaryProblem {
  /** The points, from `layOut`. */
  readonly columns: Tensor2D;
  readonly y: Int8Array;
  readonly C: readonly [positive: number, negative: number];
  readonly diagonal: Float32Array;
  /** Memory for kernel rows, see PairState. */
  readonly rowBlocks: Float32Array[];
  /** It only grows: solving the problem again with other points held out reuses the rows. */
  active: Int32Array;
  /** Number of points of `active` whose rows are in the blocks. */
  known: number;
  /** Number of kernel values computed so far. */
  kernelValues: number;
}

/** Solution of a binary problem; the alphas are in the array that was passed. */
export interface BinarySolution {
  readonly rho: number;
  readonly objective: number;
  /** Number of two-variable steps. */
  readonly iterations: number;
  /** As in PairState. */
  readonly yGradient: Float64Array;
}

/**
 * Solves a binary problem.
 *
 * @param problem its active set grows
 * @param alphas start values, which become the solution
 * @param heldOut 1 for each point that is left out; absent: none
 */
export async function solveBinary(
  context: SvcContext,
  problem: BinaryProblem,
  alphas: Float64Array,
  heldOut?: Uint8Array,
): Promise<BinarySolution> {
  const { options } = context;
  const { y, C, diagonal } = problem;
  const count = y.length;
  const yGradient = sharedArray(Float64Array, count);
  for (let t = 0; t < count; t++) yGradient[t] = -y[t]!;
  let iterations = 0;
  let initGradient = true;
  for (;;) {
    const { active } = problem;
    const state: PairState = {
      count,
      y,
      C,
      ...(heldOut ? { heldOut } : {}),
      alphas,
      yGradient,
      active,
      diagonal,
      blocks: [],
      tolerance: options.tolerance,
      initGradient,
      maxViolators: Math.max(128, Math.ceil(active.length / 4)),
    };
    initGradient = false;
    const megabytes = (active.length * count * Float32Array.BYTES_PER_ELEMENT) / 1e6;
    const optimize = megabytes <= options.cacheMegabytes ? optimizeWithRows : optimizeWithoutRows;
    const { violators, iterations: steps } = await optimize(context, problem, state);
    iterations += steps;
    if (violators.length === 0) {
      return { rho: findRho(state), objective: findObjective(state), iterations, yGradient };
    }
    problem.active = Int32Array.from([...active, ...violators]);
  }
}

/** One round with the kernel rows of all active points in memory. */
async function optimizeWithRows(
  context: SvcContext,
  problem: BinaryProblem,
  state: PairState,
): Promise<ActiveSetResult> {
  const { columns, rowBlocks } = problem;
  problem.kernelValues += await appendKernelRows(context, rowBlocks, columns, state.active, problem.known);
  problem.known = state.active.length;
  return context.pool.run({ ...state, blocks: rowBlocks.slice(0, Math.ceil(state.active.length / BLOCK_ROWS)) });
}

/**
 * One round with only the kernel matrix of the active points in memory. The worker solves the problem of these points;
 * the gradient of the other points is updated here from rows that are not kept.
 */
async function optimizeWithoutRows(
  context: SvcContext,
  problem: BinaryProblem,
  state: PairState,
): Promise<ActiveSetResult> {
  const { tf, pool } = context;
  const { columns, rowBlocks } = problem;
  const { active, alphas, yGradient, y } = state;
  if (state.initGradient) {
    problem.kernelValues += await addKernelProducts(context, columns, active, (s) => alphas[s]! * y[s]!, yGradient);
  }
  const subset = takeActive(state);
  // The rows in the blocks are overwritten.
  problem.known = 0;
  const subsetColumns = tf.tidy(() => tf.gather(columns, tf.tensor1d(active, 'int32')));
  try {
    problem.kernelValues += await appendKernelRows(context, rowBlocks, subsetColumns, subset.active, 0);
  } finally {
    subsetColumns.dispose();
  }
  const blocks = rowBlocks.slice(0, Math.ceil(active.length / BLOCK_ROWS));
  const { midpoint, iterations } = await pool.run({ ...subset, blocks });

  const rank = new Int32Array(state.count);
  active.forEach((point, r) => {
    rank[point] = r;
  });
  const change = (s: number): number => (subset.alphas[rank[s]!]! - alphas[s]!) * y[s]!;
  problem.kernelValues += await addKernelProducts(context, columns, active, change, yGradient);
  active.forEach((point, r) => {
    alphas[point] = subset.alphas[r]!;
    yGradient[point] = subset.yGradient[r]!;
  });
  return { violators: findViolators(state, midpoint), midpoint, iterations };
}

/** Returns the problem of the active points alone, as copies in shared memory. */
function takeActive(state: PairState): PairState {
  const { active, heldOut } = state;
  const take = <T extends Int8Array | Uint8Array | Float32Array | Float64Array>(
    type: TypedArrayConstructor<T>,
    values: T,
  ): T => {
    const taken = sharedArray(type, active.length);
    active.forEach((point, r) => {
      taken[r] = values[point]!;
    });
    return taken;
  };
  return {
    ...state,
    count: active.length,
    y: take(Int8Array, state.y),
    ...(heldOut ? { heldOut: take(Uint8Array, heldOut) } : {}),
    alphas: take(Float64Array, state.alphas),
    yGradient: take(Float64Array, state.yGradient),
    diagonal: take(Float32Array, state.diagonal),
    active: Int32Array.from(active.keys()),
    initGradient: false,
  };
}
