// Fits the binary classifier of one pair of classes: on every 16th point, then on every 4th, then on all. Each stage starts
// with the support vectors of the stage before, so that few kernel rows over all points are computed without need.
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../base/random.ts';
import { sharedArray } from '../shared-array.ts';
import { type BinaryProblem, type BinarySolution, type SvcContext, solveBinary } from './active-set.ts';
import { calibrate } from './calibrate.ts';
import { kernelDiagonal } from './kernel-rows.ts';
import type { PairSolution } from './svc-model.ts';

const STAGES = [16, 4, 1];
// A stage with fewer points does not save time.
const SMALLEST_STAGE = 256;
// Points of each class in the first active set.
const FIRST_ACTIVE = 64;

/** A solved stage. */
interface StageSolution extends Pick<BinarySolution, 'rho' | 'objective' | 'iterations'> {
  readonly problem: BinaryProblem;
  readonly alphas: Float64Array;
}

/**
 * Fits the binary classifier of a pair, and its sigmoid if the options ask for probabilities.
 *
 * @param rowBlocks memory for kernel rows; it is reused from pair to pair
 * @param first class index of y = +1
 * @param second class index of y = -1
 * @param points from `layOut`, first class first
 * @param positives number of points of the first class
 */
export async function fitPair(
  context: SvcContext,
  rowBlocks: Float32Array[],
  first: number,
  second: number,
  points: Tensor2D,
  positives: number,
): Promise<PairSolution> {
  const { cost, classWeights, probabilitySeed } = context.options;
  const costOf = (label: number): number => cost * (classWeights?.[label] ?? 1);
  const C = [costOf(first), costOf(second)] as const;
  const total = points.shape[0];
  let start = new Float64Array(total);
  let iterations = 0;
  let kernelValues = 0;
  for (const every of STAGES) {
    const chosen = chooseStage(total, positives, every);
    if (every > 1 && chosen.length < SMALLEST_STAGE) continue;
    const columns = every === 1 ? points : context.tf.tidy(() => gather(context, points, chosen));
    try {
      const solution = await solveStage(context, rowBlocks, C, columns, chosen, positives, start);
      const { problem, alphas, rho, objective } = solution;
      iterations += solution.iterations;
      if (every > 1) {
        start = new Float64Array(total);
        for (let t = 0; t < chosen.length; t++) start[chosen[t]!] = alphas[t]!;
        kernelValues += problem.kernelValues;
        continue;
      }
      // The factors give each pair different folds.
      const sigmoid =
        probabilitySeed === undefined
          ? undefined
          : await calibrate(context, problem, alphas, createRandom(probabilitySeed + 65_537 * first + 257 * second));
      const supportVectors = alphas.reduce((sum, alpha) => sum + (alpha > 0 ? 1 : 0), 0);
      return {
        pair: { first, second, rho, objective, supportVectors, iterations, ...(sigmoid ? { sigmoid } : {}) },
        coefficients: alphas.map((alpha, t) => alpha * problem.y[t]!),
        kernelValues: kernelValues + problem.kernelValues,
      };
    } finally {
      if (columns !== points) columns.dispose();
    }
  }
  throw new Error('unreachable: the last stage has all points');
}

/** Solves one stage, starting from the alphas of the stage before. */
async function solveStage(
  context: SvcContext,
  rowBlocks: Float32Array[],
  C: readonly [positive: number, negative: number],
  columns: Tensor2D,
  chosen: Int32Array,
  positives: number,
  start: Float64Array,
): Promise<StageSolution> {
  const y = sharedArray(Int8Array, chosen.length);
  for (let t = 0; t < chosen.length; t++) y[t] = chosen[t]! < positives ? 1 : -1;
  const alphas = sharedArray(Float64Array, chosen.length);
  for (let t = 0; t < chosen.length; t++) alphas[t] = start[chosen[t]!]!;
  const diagonal = await kernelDiagonal(context.tf, context.options.kernel, columns);
  const active = firstActive(alphas, y);
  const problem: BinaryProblem = { columns, y, C, diagonal, rowBlocks, active, known: 0, kernelValues: 0 };
  const { rho, objective, iterations } = await solveBinary(context, problem, alphas);
  return { problem, alphas, rho, objective, iterations };
}

function gather({ tf }: SvcContext, points: Tensor2D, chosen: Int32Array): Tensor2D {
  return tf.gather(points, tf.tensor1d(chosen, 'int32'));
}

/** Returns every n-th point of each class, at least one per class. */
function chooseStage(total: number, positives: number, every: number): Int32Array {
  const chosen: number[] = [];
  for (let t = 0; t < total; t++) if ((t < positives ? t : t - positives) % every === 0) chosen.push(t);
  return Int32Array.from(chosen);
}

/** Returns the support vectors of the stage before, or the first points of each class. */
function firstActive(alphas: Float64Array, y: Int8Array): Int32Array {
  const points = [...y.keys()];
  const support = points.filter((t) => alphas[t]! > 0);
  if (support.length > 0) return Int32Array.from(support);
  const firstOf = (sign: number): number[] => points.filter((t) => y[t] === sign).slice(0, FIRST_ACTIVE);
  return Int32Array.from([...firstOf(1), ...firstOf(-1)]);
}
