// Fits the sigmoid of a pair by five-fold cross-validation, as libsvm does. Each fold starts from the solution of the whole
// pair and reuses its kernel rows: DeCoste, D. and Wagstaff, K. (2000). Alpha seeding for support vector machines. KDD
// 2000, 345-349.
import { shuffle } from '../../base/random.ts';
import { sharedArray } from '../shared-array.ts';
import { type BinaryProblem, type SvcContext, solveBinary } from './active-set.ts';
import { fitSigmoid, type Sigmoid } from './platt.ts';

// As in libsvm.
const FOLDS = 5;

/**
 * Fits the sigmoid to decision values of held-out points.
 *
 * @param problem the solved problem of the pair
 * @param alphas its solution, not changed
 * @param random draws the folds
 */
export async function calibrate(
  context: SvcContext,
  problem: BinaryProblem,
  alphas: Float64Array,
  random: () => number,
): Promise<Sigmoid> {
  const { y } = problem;
  const count = y.length;
  const order = shuffle(Int32Array.from(y.keys()), random);
  const decisions = new Float64Array(count);
  for (let fold = 0; fold < FOLDS; fold++) {
    const out = order.subarray(Math.floor((fold * count) / FOLDS), Math.floor(((fold + 1) * count) / FOLDS));
    const heldOut = sharedArray(Uint8Array, count);
    for (const point of out) heldOut[point] = 1;
    const has = (sign: number): boolean => y.some((value, t) => value === sign && heldOut[t] === 0);
    if (!has(1) || !has(-1)) {
      // One class is left, or none. libsvm then uses the decision value 1, -1 or 0.
      for (const point of out) decisions[point] = Number(has(1)) - Number(has(-1));
      continue;
    }
    const start = withoutHeldOut(alphas, y, heldOut);
    const { rho, yGradient } = await solveBinary(context, problem, start, heldOut);
    for (const point of out) decisions[point] = yGradient[point]! + y[point]! - rho;
  }
  return fitSigmoid(decisions, y);
}

/**
 * Returns the alphas with 0 for held-out points. If the sum of alpha times y is then not 0, the alphas of the side with the
 * surplus are reduced one after the other.
 */
function withoutHeldOut(alphas: Float64Array, y: Int8Array, heldOut: Uint8Array): Float64Array {
  const kept = sharedArray(Float64Array, alphas.length);
  for (let t = 0; t < kept.length; t++) kept[t] = heldOut[t] ? 0 : alphas[t]!;
  let surplus = kept.reduce((sum, alpha, t) => sum + alpha * y[t]!, 0);
  const side = Math.sign(surplus);
  surplus = Math.abs(surplus);
  for (let t = 0; t < kept.length && surplus > 0; t++) {
    if (y[t] !== side) continue;
    const taken = Math.min(surplus, kept[t]!);
    kept[t]! -= taken;
    surplus -= taken;
  }
  return kept;
}
