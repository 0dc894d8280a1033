// Truncated Newton: minimises several smooth convex functions of separate variables at once, so that one pass over shared
// data serves all of them. The linear SVM uses it with one function per class.

/** Values and gradients of all functions, each at its point. */
export interface NewtonEvaluation {
  /** One per function. */
  readonly values: Float64Array;
  /** functions x width, row-major. */
  readonly gradients: Float64Array;
}

/** Functions with the same number of variables. */
export interface NewtonProblem {
  /**
   * Computes values and gradients.
   *
   * @param points functions x width, row-major: one point per function
   */
  evaluate(points: Float64Array): Promise<NewtonEvaluation>;
  /**
   * Multiplies the Hessian of each function, at the point evaluated last, by a direction. The Hessian must be positive
   * definite; where it does not exist, it is a generalised one.
   *
   * @param directions functions x width, row-major
   */
  multiplyHessians(directions: Float64Array): Promise<Float64Array>;
}

/** Options of the minimisation. */
export interface NewtonOptions {
  /** Maximum number of iterations, at least 1. */
  readonly maxIterations: number;
  /** One per function: it has converged when the norm of its gradient is at most this share of the norm at the start. */
  readonly tolerances: ArrayLike<number>;
  /** Called after each iteration; `value` is the sum over functions. */
  readonly onIteration?: (iteration: number, value: number) => void;
}

/** Why the search ended. `'line search'`: no step lowered a value or its gradient; the limit of the arithmetic. */
export type NewtonStop = 'gradient' | 'line search' | 'iterations';

/** Result of the minimisation. */
export interface NewtonResult {
  /** functions x width, row-major. */
  readonly points: Float64Array;
  /** Sum over functions. */
  readonly value: number;
  /** Norm of the gradient as a share of the norm at the start; the largest of all functions. */
  readonly gradientShare: number;
  readonly iterations: number;
  /** Number of products with the Hessians; each is a step of conjugate gradients for all functions. */
  readonly products: number;
  readonly stop: NewtonStop;
  /** Whether every function met its tolerance. */
  readonly converged: boolean;
}

// Conjugate gradients stop at this share of the gradient. Smaller and larger shares were both slower in total.
const FORCING = 0.3;
// Sufficient decrease, as in LIBLINEAR.
const DECREASE = 0.01;
// After this number of halvings a step no longer changes the point noticeably.
const MAX_HALVINGS = 20;
// Relative rounding error of values that are summed in single precision. Close to the minimum a step may gain less; the
// gradient, which must become 0, then decides.
const ROUNDING = 1e-6;

/**
 * Minimises each function by Newton steps. Each step is solved approximately by conjugate gradients and halved until the
 * value decreases or, where rounding hides that, the norm of the gradient does.
 *
 * @param problem the functions; an error that it throws ends the search
 * @param start functions x width, row-major; not changed
 * @see Galli, L. and Lin, C.-J. (2022). A study on truncated Newton methods for linear classification. IEEE Transactions
 *   on Neural Networks and Learning Systems 33(7), 2828-2841; Eisenstat, S. C. and Walker, H. F. (1994). Globally
 *   convergent inexact Newton methods. SIAM Journal on Optimization 4(2), 393-422 (the length of the gradient).
 */
export async function minimizeEach(
  problem: NewtonProblem,
  start: Float64Array,
  { maxIterations, tolerances, onIteration }: NewtonOptions,
): Promise<NewtonResult> {
  const functions = Array.from({ length: tolerances.length }, (_, f) => f);
  const width = start.length / functions.length;
  const points = start.slice();
  const first = await problem.evaluate(points);
  const search: Search = { points, values: first.values.slice(), gradients: first.gradients.slice(), width };
  const { values, gradients } = search;
  const firstNorms = functions.map((f) => norm(row(gradients, f, width)));
  const shareOf = (f: number): number => norm(row(gradients, f, width)) / (firstNorms[f]! || 1);
  const stuck = new Set<number>();
  let products = 0;
  const end = (stop: NewtonStop, iterations: number): NewtonResult => ({
    points,
    value: sum(values),
    gradientShare: Math.max(...functions.map(shareOf)),
    iterations,
    products,
    stop,
    converged: stop === 'gradient',
  });

  for (let iteration = 0; ; iteration++) {
    const open = functions.filter((f) => shareOf(f) > tolerances[f]! && !stuck.has(f));
    if (open.length === 0) return end(stuck.size > 0 ? 'line search' : 'gradient', iteration);
    if (iteration === maxIterations) return end('iterations', iteration);
    const newton = await solveRoughly(problem, gradients, open, width);
    products += newton.products;
    for (const f of await takeSteps(problem, search, newton.directions, open)) stuck.add(f);
    onIteration?.(iteration + 1, sum(values));
  }
}

/** Where the minimisation is: functions x width each, values one per function. */
interface Search {
  readonly points: Float64Array;
  readonly values: Float64Array;
  readonly gradients: Float64Array;
  readonly width: number;
}

/**
 * Moves the open functions along their directions. The step is halved until the value or the gradient decreases enough.
 *
 * @returns the functions for which no step was small enough; their points are unchanged
 */
async function takeSteps(
  problem: NewtonProblem,
  { points, values, gradients, width }: Search,
  directions: Float64Array,
  open: readonly number[],
): Promise<readonly number[]> {
  const before = points.slice();
  const slopes = values.map((_, f) => dot(row(gradients, f, width), row(directions, f, width)));
  let waiting = open;
  for (let halvings = 0, step = 1; waiting.length > 0; halvings++, step /= 2) {
    const isLast = halvings > MAX_HALVINGS;
    for (const f of waiting) {
      const point = row(points, f, width);
      point.set(row(before, f, width));
      if (!isLast) add(point, step, row(directions, f, width));
    }
    if (isLast) break;
    const found = await problem.evaluate(points);
    waiting = waiting.filter((f) => {
      const gradient = row(found.gradients, f, width);
      const change = found.values[f]! - values[f]!;
      const isLower = change <= DECREASE * step * slopes[f]!;
      const isFlatter =
        Math.abs(change) <= ROUNDING * Math.abs(values[f]!) &&
        norm(gradient) <= (1 - DECREASE * step) * norm(row(gradients, f, width));
      if (!isLower && !isFlatter) return true;
      values[f] = found.values[f]!;
      row(gradients, f, width).set(gradient);
      return false;
    });
  }
  return waiting;
}

// Solves Hessian x direction = -gradient by conjugate gradients, for all open functions at once; 0 for the others.
async function solveRoughly(
  problem: NewtonProblem,
  gradients: Float64Array,
  open: readonly number[],
  width: number,
): Promise<{ directions: Float64Array; products: number }> {
  const directions = new Float64Array(gradients.length);
  const residuals = gradients.map((g) => -g);
  const search = new Float64Array(gradients.length);
  for (const f of open) row(search, f, width).set(row(residuals, f, width));
  const squares = new Map(open.map((f) => [f, square(row(residuals, f, width))]));
  const enough = new Map(open.map((f) => [f, FORCING ** 2 * squares.get(f)!]));
  let products = 0;
  while (squares.size > 0 && products < width) {
    const images = await problem.multiplyHessians(search);
    products++;
    for (const [f, before] of squares) {
      const [direction, image] = [row(search, f, width), row(images, f, width)];
      const length = before / dot(direction, image);
      add(row(directions, f, width), length, direction);
      add(row(residuals, f, width), -length, image);
      const after = square(row(residuals, f, width));
      if (after <= enough.get(f)!) {
        direction.fill(0);
        squares.delete(f);
        continue;
      }
      squares.set(f, after);
      for (let i = 0; i < width; i++) direction[i] = residuals[f * width + i]! + (after / before) * direction[i]!;
    }
  }
  return { directions, products };
}

function row(values: Float64Array, index: number, width: number): Float64Array {
  return values.subarray(index * width, (index + 1) * width);
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function square(values: Float64Array): number {
  return dot(values, values);
}

function norm(values: Float64Array): number {
  return Math.sqrt(square(values));
}

function add(target: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * values[i]!;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
