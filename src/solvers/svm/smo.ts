// Sequential minimal optimisation (SMO) for a binary SVM, on an active set of points whose kernel rows are known.
// It runs in worker threads. Long because the loop of `solveDense` is the algorithm.

/** Number of kernel rows in one block of memory. */
export const BLOCK_ROWS = 256;

/** A binary problem in progress. The arrays are in shared memory; `optimizeActiveSet` writes to them. */
export interface PairState {
  /** Number of points. */
  readonly count: number;
  /** +1 or -1 for each point. */
  readonly y: Int8Array;
  /** Upper bound of alpha for points with y = +1 and with y = -1. */
  readonly C: readonly [positive: number, negative: number];
  /** 1 for a point that is left out: its alpha stays 0, its gradient is updated. Absent: no point is left out. */
  readonly heldOut?: Uint8Array;
  /** Dual variable of each point, 0 to C; 0 outside the active set. */
  readonly alphas: Float64Array;
  /** y_t times the gradient of the dual objective for each point t: `sum_s alpha_s y_s K(s, t) - y_t`. */
  readonly yGradient: Float64Array;
  /** The points whose kernel rows are known, in the order of the rows; each at most once. */
  readonly active: Int32Array;
  /** Kernel value of each point with itself. */
  readonly diagonal: Float32Array;
  /** Row r of the kernel, `count` values, is at `(r % BLOCK_ROWS) * count` of block `floor(r / BLOCK_ROWS)`. */
  readonly blocks: readonly Float32Array[];
  /** The solver stops when no two points violate the optimality conditions by more than this (libsvm's `eps`). */
  readonly tolerance: number;
  /** Whether `yGradient` is that of alpha = 0. It is then initialised with the alphas before the first step. */
  readonly initGradient: boolean;
  /** Maximum number of violators to return. */
  readonly maxViolators: number;
}

/** Result of one call of `optimizeActiveSet`. */
export interface ActiveSetResult {
  /** Points outside the active set that violate the optimality conditions, worst first; empty: the problem is solved. */
  readonly violators: Int32Array;
  /** Midpoint between the `yGradient` of the two active points that violate most; it approximates rho. */
  readonly midpoint: number;
  /** Number of two-variable steps. */
  readonly iterations: number;
}

// Lower upper of the curvature, because the kernel is positive semi-definite only up to rounding (libsvm's TAU).
const SMALLEST_CURVATURE = 1e-12;

/**
 * Solves the dual problem on the active set to the tolerance, updates the gradient of all points and returns the points
 * that must join the active set. It is called until there is no violator: the optimality conditions then hold for all
 * points.
 *
 * @param state `alphas` and `yGradient` are updated
 * @see Fan, R.-E., Chen, P.-H. and Lin, C.-J. (2005). Working set selection using second order information for training
 *   support vector machines. JMLR 6, 1889-1918 (WSS 2).
 * @see Joachims, T. (1999). Making large-scale SVM learning practical (active set as an outer loop).
 */
export function optimizeActiveSet(state: PairState): ActiveSetResult {
  const { count, C, active } = state;
  const size = active.length;
  if (state.initGradient) addRows(state, (r) => state.y[active[r]!]! * state.alphas[active[r]!]!);

  const rows = rowsAmongActive(state);
  const alphas = new Float64Array(size);
  const yGradient = new Float64Array(size);
  const y = new Int8Array(size);
  const upper = new Float64Array(size);
  const diagonal = new Float64Array(size);
  for (let r = 0; r < size; r++) {
    const point = active[r]!;
    alphas[r] = state.alphas[point]!;
    yGradient[r] = state.yGradient[point]!;
    y[r] = state.y[point]!;
    upper[r] = state.heldOut?.[point] ? 0 : C[y[r] === 1 ? 0 : 1];
    diagonal[r] = state.diagonal[point]!;
  }

  const { tolerance } = state;
  const { iterations, midpoint } = solveDense({ rows, size, alphas, yGradient, y, upper, diagonal, tolerance });

  if (size < count) addRows(state, (r) => y[r]! * (alphas[r]! - state.alphas[active[r]!]!));
  for (let r = 0; r < size; r++) {
    const point = active[r]!;
    state.alphas[point] = alphas[r]!;
    state.yGradient[point] = yGradient[r]!;
  }
  return { violators: findViolators(state, midpoint), midpoint, iterations };
}

/**
 * Computes rho of the decision function `sum_s alpha_s y_s K(s, x) - rho` as libsvm does: the mean `yGradient` of the
 * points with 0 < alpha < C, or, if there are none, the midpoint of the interval that the other points allow.
 */
export function findRho({ count, y, C, heldOut, alphas, yGradient }: PairState): number {
  let sum = 0;
  let free = 0;
  let upper = Number.POSITIVE_INFINITY;
  let lower = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < count; t++) {
    if (heldOut?.[t]) continue;
    const isPositive = y[t] === 1;
    const atZero = alphas[t] === 0;
    const atBound = alphas[t] === C[isPositive ? 0 : 1];
    if (!atZero && !atBound) {
      sum += yGradient[t]!;
      free++;
    } else if (isPositive === atZero) upper = Math.min(upper, yGradient[t]!);
    else lower = Math.max(lower, yGradient[t]!);
  }
  return free > 0 ? sum / free : (upper + lower) / 2;
}

/** Computes the dual objective `1/2 a'Qa - sum a` (libsvm's `obj`, minimised). */
export function findObjective({ count, y, alphas, yGradient }: PairState): number {
  let objective = 0;
  for (let t = 0; t < count; t++) objective += alphas[t]! * (y[t]! * yGradient[t]! - 1);
  return objective / 2;
}

interface DenseProblem {
  /** Kernel row of each active point, `size` values each. */
  readonly rows: readonly Float32Array[];
  readonly size: number;
  readonly alphas: Float64Array;
  readonly yGradient: Float64Array;
  readonly y: Int8Array;
  /** Upper bound of each alpha. */
  readonly upper: Float64Array;
  readonly diagonal: Float64Array;
  readonly tolerance: number;
}

// Minimises the dual on the active set. A step of size lambda > 0 changes two variables: alpha_i += y_i * lambda,
// alpha_j -= y_j * lambda. i is the point of I_up with the smallest `yGradient`, j the best second-order choice in I_low.
function solveDense(problem: DenseProblem): { iterations: number; midpoint: number } {
  const { rows, size, alphas, yGradient, y, upper, diagonal, tolerance } = problem;
  // The sets I_up and I_low of the working set selection.
  const isUp = new Uint8Array(size);
  const isLow = new Uint8Array(size);
  const mark = (t: number): void => {
    const atZero = alphas[t]! <= 0;
    const atUpper = alphas[t]! >= upper[t]!;
    isUp[t] = (y[t] === 1 ? atUpper : atZero) ? 0 : 1;
    isLow[t] = (y[t] === 1 ? atZero : atUpper) ? 0 : 1;
  };
  for (let t = 0; t < size; t++) mark(t);

  // libsvm's limit. It is reached only if rounding prevents convergence.
  const maxIterations = Math.max(10_000_000, 100 * size);
  let iterations = 0;
  for (;;) {
    let i = -1;
    let smallest = Number.POSITIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < size; t++) {
      const value = yGradient[t]!;
      if (value < smallest && isUp[t] === 1) {
        smallest = value;
        i = t;
      }
      if (value > largest && isLow[t] === 1) largest = value;
    }
    if (i < 0 || largest === Number.NEGATIVE_INFINITY) {
      // One of the sets is empty: every rho beyond the extreme of the other set is optimal.
      return { iterations, midpoint: i < 0 ? largest : smallest };
    }
    if (largest - smallest < tolerance || iterations === maxIterations)
      return { iterations, midpoint: (smallest + largest) / 2 };

    const rowI = rows[i]!;
    const diagonalI = diagonal[i]!;
    let j = -1;
    let best = 0;
    for (let t = 0; t < size; t++) {
      const difference = yGradient[t]! - smallest;
      if (difference <= 0 || isLow[t] === 0) continue;
      let curvature = diagonalI + diagonal[t]! - 2 * rowI[t]!;
      if (curvature < SMALLEST_CURVATURE) curvature = SMALLEST_CURVATURE;
      const gain = (difference * difference) / curvature;
      if (gain > best) {
        best = gain;
        j = t;
      }
    }

    const rowJ = rows[j]!;
    const curvature = Math.max(SMALLEST_CURVATURE, diagonalI + diagonal[j]! - 2 * rowI[j]!);
    const roomI = y[i] === 1 ? upper[i]! - alphas[i]! : alphas[i]!;
    const roomJ = y[j] === 1 ? alphas[j]! : upper[j]! - alphas[j]!;
    const step = Math.min((yGradient[j]! - smallest) / curvature, roomI, roomJ);
    // A bound that is reached is set exactly, because alpha > 0 defines a support vector.
    alphas[i] = step === roomI ? (y[i] === 1 ? upper[i]! : 0) : alphas[i]! + y[i]! * step;
    alphas[j] = step === roomJ ? (y[j] === 1 ? 0 : upper[j]!) : alphas[j]! - y[j]! * step;
    mark(i);
    mark(j);
    for (let t = 0; t < size; t++) yGradient[t]! += step * (rowI[t]! - rowJ[t]!);
    iterations++;
  }
}

// Adds weight(r) times kernel row r to the gradient of all points.
function addRows({ count, yGradient, active, blocks }: PairState, weight: (row: number) => number): void {
  for (let r = 0; r < active.length; r++) {
    const factor = weight(r);
    if (factor === 0) continue;
    const block = blocks[Math.floor(r / BLOCK_ROWS)]!;
    const start = (r % BLOCK_ROWS) * count;
    for (let t = 0; t < count; t++) yGradient[t]! += factor * block[start + t]!;
  }
}

/**
 * Returns the points that must join the active set. Outside it alpha is 0, so a point with y = +1 is only in I_up and a
 * point with y = -1 only in I_low. If none of them is more than half the tolerance on the wrong side of the midpoint, no
 * two points violate the optimality conditions by more than the tolerance.
 *
 * @param state with an up-to-date gradient
 * @param midpoint of the active set, as `optimizeActiveSet` returns it
 * @returns at most `maxViolators` points, worst first
 */
export function findViolators(state: PairState, midpoint: number): Int32Array {
  const { count, y, heldOut, yGradient, active, tolerance, maxViolators } = state;
  const isOut = heldOut ? heldOut.slice() : new Uint8Array(count);
  for (const point of active) isOut[point] = 1;
  const found: { point: number; violation: number }[] = [];
  for (let t = 0; t < count; t++) {
    if (isOut[t] === 1) continue;
    const violation = y[t]! * (midpoint - yGradient[t]!);
    if (violation > tolerance / 2) found.push({ point: t, violation });
  }
  found.sort((a, b) => b.violation - a.violation || a.point - b.point);
  return Int32Array.from(found.slice(0, maxViolators), ({ point }) => point);
}

// The kernel matrix of the active points, one row per point. It is a view if all points are active and in order, otherwise
// a copy without the inactive points.
function rowsAmongActive({ count, active, blocks }: PairState): Float32Array[] {
  const size = active.length;
  const rowOf = (r: number): Float32Array => {
    const start = (r % BLOCK_ROWS) * count;
    return blocks[Math.floor(r / BLOCK_ROWS)]!.subarray(start, start + count);
  };
  if (size === count && active.every((point, r) => point === r)) return Array.from(active, (_, r) => rowOf(r));
  const copies = scratch(size * size);
  return Array.from(active, (_, r) => {
    const row = rowOf(r);
    const copy = copies.subarray(r * size, (r + 1) * size);
    for (let c = 0; c < size; c++) copy[c] = row[active[c]!]!;
    return copy;
  });
}

let memory = new Float32Array(0);

// The kernel matrix of the active set is large. Its memory is reused between calls, because new pages are slow.
function scratch(length: number): Float32Array {
  if (memory.length < length) memory = new Float32Array(Math.ceil(length * 1.25));
  return memory;
}
