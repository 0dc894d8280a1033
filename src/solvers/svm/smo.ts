// Sequential minimal optimisation for one pair of classes, on an active set of points whose kernel rows are known.
// Pure arithmetic on typed arrays: svc.ts supplies the rows and runs it in worker threads.

/** How many kernel rows one block of memory holds. */
export const BLOCK_ROWS = 256;

/** A two-class problem under way. The arrays lie in shared memory and are written by `improvePair`. */
export interface PairState {
  /** Points of the problem. */
  readonly count: number;
  /** +1 or -1 for each point. */
  readonly signs: Int8Array;
  /** Upper bound of alpha for points of sign +1 and of sign -1. */
  readonly bounds: readonly [positive: number, negative: number];
  /** 1 for a point that takes no part: its alpha stays 0, its error is kept. Absent: all take part. */
  readonly held?: Uint8Array;
  /** Dual variable of each point, 0 to its bound; 0 outside the active set. */
  readonly alphas: Float64Array;
  /** `sum_s alpha_s sign_s K(s, t) - sign_t` for each point t: sign_t times the dual's gradient. */
  readonly errors: Float64Array;
  /** The points whose kernel rows are known, in the order of the rows; each at most once. */
  readonly active: Int32Array;
  /** Kernel values of each point with itself. */
  readonly diagonal: Float32Array;
  /** Row r of the kernel, `count` values, is at `(r % BLOCK_ROWS) * count` of block `floor(r / BLOCK_ROWS)`. */
  readonly blocks: readonly Float32Array[];
  /** Stops when no two points violate the optimality conditions by more (libsvm's `eps`). */
  readonly tolerance: number;
  /** `errors` do not contain the alphas yet: add all of them before the first step. */
  readonly stale: boolean;
  /** At most so many violators are returned. */
  readonly growth: number;
}

/** What one call of `improvePair` came to. */
export interface PairProgress {
  /** Points outside the active set that violate the optimality conditions most, worst first; none: solved. */
  readonly violators: Int32Array;
  /** The middle between the errors of the two active points that violate most: about rho. */
  readonly middle: number;
  /** Two-variable steps made. */
  readonly iterations: number;
}

// A curvature below this is taken as this: the kernel is positive semi-definite only up to rounding (libsvm's TAU).
const SMALLEST_CURVATURE = 1e-12;

/**
 * Solves the dual on the active set to the tolerance, brings the errors of all points up to date and names the points
 * that are to join. Called until no violator is left: then the optimality conditions hold for all points.
 *
 * @param state `alphas` and `errors` are changed
 * @see Fan, R.-E., Chen, P.-H. and Lin, C.-J. (2005). Working set selection using second order information for training
 *   support vector machines. JMLR 6, 1889-1918 (WSS 2).
 * @see Joachims, T. (1999). Making large-scale SVM learning practical (the active set as an outer loop).
 */
export function improvePair(state: PairState): PairProgress {
  const { count, signs, bounds, active, stale } = state;
  const size = active.length;
  if (stale) addRows(state, (r) => signs[active[r]!]! * state.alphas[active[r]!]!);

  const rows = rowsAmongActive(state);
  const alphas = new Float64Array(size);
  const errors = new Float64Array(size);
  const sign = new Int8Array(size);
  const limit = new Float64Array(size);
  const diagonal = new Float64Array(size);
  for (let r = 0; r < size; r++) {
    const point = active[r]!;
    alphas[r] = state.alphas[point]!;
    errors[r] = state.errors[point]!;
    sign[r] = signs[point]!;
    limit[r] = state.held?.[point] ? 0 : bounds[sign[r] === 1 ? 0 : 1];
    diagonal[r] = state.diagonal[point]!;
  }

  const { iterations, middle } = solveDense({
    rows,
    size,
    alphas,
    errors,
    sign,
    limit,
    diagonal,
    tolerance: state.tolerance,
  });

  if (size < count) addRows(state, (r) => sign[r]! * (alphas[r]! - state.alphas[active[r]!]!));
  for (let r = 0; r < size; r++) {
    const point = active[r]!;
    state.alphas[point] = alphas[r]!;
    state.errors[point] = errors[r]!;
  }
  return { violators: findViolators(state, middle), middle, iterations };
}

/**
 * Computes the offset of the decision function `sum_s alpha_s sign_s K(s, x) - rho` as libsvm does: the mean error of
 * the points strictly between their bounds, or the middle of what the others allow when there is none.
 */
export function findRho({ count, signs, bounds, held, alphas, errors }: PairState): number {
  let sum = 0;
  let free = 0;
  let upper = Number.POSITIVE_INFINITY;
  let lower = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < count; t++) {
    if (held?.[t]) continue;
    const isPositive = signs[t] === 1;
    const atZero = alphas[t] === 0;
    const atBound = alphas[t] === bounds[isPositive ? 0 : 1];
    if (!atZero && !atBound) {
      sum += errors[t]!;
      free++;
    } else if (isPositive === atZero) upper = Math.min(upper, errors[t]!);
    else lower = Math.max(lower, errors[t]!);
  }
  return free > 0 ? sum / free : (upper + lower) / 2;
}

/** Computes the dual objective `1/2 a'Qa - sum a` (libsvm's `obj`, minimised). */
export function findObjective({ count, signs, alphas, errors }: PairState): number {
  let objective = 0;
  for (let t = 0; t < count; t++) objective += alphas[t]! * (signs[t]! * errors[t]! - 1);
  return objective / 2;
}

interface DenseProblem {
  /** Kernel row of each active point, `size` values. */
  readonly rows: readonly Float32Array[];
  readonly size: number;
  readonly alphas: Float64Array;
  readonly errors: Float64Array;
  readonly sign: Int8Array;
  readonly limit: Float64Array;
  readonly diagonal: Float64Array;
  readonly tolerance: number;
}

// Minimises the dual on the active set. A step moves lambda > 0 from j to i: alpha_i += sign_i * lambda,
// alpha_j -= sign_j * lambda. `i` can rise where its error is smallest, `j` is the best second-order partner.
function solveDense(problem: DenseProblem): { iterations: number; middle: number } {
  const { rows, size, alphas, errors, sign, limit, diagonal, tolerance } = problem;
  // Room to move up (as i) and down (as j), per point.
  const canRise = new Uint8Array(size);
  const canFall = new Uint8Array(size);
  const mark = (t: number): void => {
    const atZero = alphas[t]! <= 0;
    const atLimit = alphas[t]! >= limit[t]!;
    canRise[t] = (sign[t] === 1 ? atLimit : atZero) ? 0 : 1;
    canFall[t] = (sign[t] === 1 ? atZero : atLimit) ? 0 : 1;
  };
  for (let t = 0; t < size; t++) mark(t);

  // libsvm's ceiling: it only guards against rounding that keeps the gap open for ever.
  const most = Math.max(10_000_000, 100 * size);
  let iterations = 0;
  for (;;) {
    let i = -1;
    let smallest = Number.POSITIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < size; t++) {
      const error = errors[t]!;
      if (error < smallest && canRise[t] === 1) {
        smallest = error;
        i = t;
      }
      if (error > largest && canFall[t] === 1) largest = error;
    }
    if (i < 0 || largest === Number.NEGATIVE_INFINITY) {
      // Every point sits at the same side of its range: any offset between the extremes is optimal.
      return { iterations, middle: i < 0 ? largest : smallest };
    }
    if (largest - smallest < tolerance || iterations === most) return { iterations, middle: (smallest + largest) / 2 };

    const rowI = rows[i]!;
    const diagonalI = diagonal[i]!;
    let j = -1;
    let best = 0;
    for (let t = 0; t < size; t++) {
      const difference = errors[t]! - smallest;
      if (difference <= 0 || canFall[t] === 0) continue;
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
    const roomI = sign[i] === 1 ? limit[i]! - alphas[i]! : alphas[i]!;
    const roomJ = sign[j] === 1 ? alphas[j]! : limit[j]! - alphas[j]!;
    const step = Math.min((errors[j]! - smallest) / curvature, roomI, roomJ);
    // A bound that is reached is set exactly: support vectors are told by alpha > 0.
    alphas[i] = step === roomI ? (sign[i] === 1 ? limit[i]! : 0) : alphas[i]! + sign[i]! * step;
    alphas[j] = step === roomJ ? (sign[j] === 1 ? 0 : limit[j]!) : alphas[j]! - sign[j]! * step;
    mark(i);
    mark(j);
    for (let t = 0; t < size; t++) errors[t]! += step * (rowI[t]! - rowJ[t]!);
    iterations++;
  }
}

// Adds weight(r) times kernel row r to the errors of all points.
function addRows({ count, errors, active, blocks }: PairState, weight: (row: number) => number): void {
  for (let r = 0; r < active.length; r++) {
    const factor = weight(r);
    if (factor === 0) continue;
    const block = blocks[Math.floor(r / BLOCK_ROWS)]!;
    const start = (r % BLOCK_ROWS) * count;
    for (let t = 0; t < count; t++) errors[t]! += factor * block[start + t]!;
  }
}

/**
 * Names the points that are to join the active set. Outside it alpha is 0: a positive point can only rise, a negative one
 * only fall. When none of them lies more than half the tolerance on the wrong side of the active set's middle, no two
 * points of all violate by more than the tolerance.
 *
 * @param state with errors brought up to date
 * @param middle of the active set, as `improvePair` returns it
 * @returns at most `growth` points, worst first
 */
export function findViolators(state: PairState, middle: number): Int32Array {
  const { count, signs, held, errors, active, tolerance, growth } = state;
  const isOut = held ? held.slice() : new Uint8Array(count);
  for (const point of active) isOut[point] = 1;
  const found: { point: number; violation: number }[] = [];
  for (let t = 0; t < count; t++) {
    if (isOut[t] === 1) continue;
    const violation = signs[t]! * (middle - errors[t]!);
    if (violation > tolerance / 2) found.push({ point: t, violation });
  }
  found.sort((a, b) => b.violation - a.violation || a.point - b.point);
  return Int32Array.from(found.slice(0, growth), ({ point }) => point);
}

// The kernel among the active points, a row a point: where it lies when all points are active in their own order, else
// a copy without the other points.
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

// The active set's kernel matrix is large and made anew in every call: the pages are kept between calls.
function scratch(length: number): Float32Array {
  if (memory.length < length) memory = new Float32Array(Math.ceil(length * 1.25));
  return memory;
}
