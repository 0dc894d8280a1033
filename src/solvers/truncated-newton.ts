// Truncated Newton: minimises several smooth convex functions at once, each of variables of its own, so that one pass
// over shared data serves them all. Used by the linear SVM, one function a class.

/** The functions at one point each. */
export interface NewtonEvaluation {
  /** One a function. */
  readonly values: Float64Array;
  /** functions x width, row-major. */
  readonly gradients: Float64Array;
}

/** Functions of equally many variables each. */
export interface NewtonProblem {
  /**
   * Computes values and gradients.
   *
   * @param points functions x width, row-major: a point for each function
   */
  evaluate(points: Float64Array): Promise<NewtonEvaluation>;
  /**
   * Multiplies each function's Hessian, at the points evaluated last, by a direction of its own. The Hessian is positive
   * definite; where there is none, a generalised one will do.
   *
   * @param directions functions x width, row-major
   */
  multiplyHessians(directions: Float64Array): Promise<Float64Array>;
}

/** When to stop. */
export interface NewtonOptions {
  /** At most so many iterations, at least 1. */
  readonly maxIterations: number;
  /** One a function: it is done when its gradient's length is at most this share of that at the start. */
  readonly tolerances: ArrayLike<number>;
  /** Told after each iteration; `value` is the sum over functions. */
  readonly onIteration?: (iteration: number, value: number) => void;
}

/** Why the search ended. `'line search'`: no step lowered a value or its gradient, as at the limit of the arithmetic. */
export type NewtonStop = 'gradient' | 'line search' | 'iterations';

/** Where the search ended. */
export interface NewtonResult {
  /** functions x width, row-major. */
  readonly points: Float64Array;
  /** Sum over functions. */
  readonly value: number;
  /** The largest share of its starting gradient's length that a function has left. */
  readonly gradientShare: number;
  readonly iterations: number;
  /** Products with the Hessians, each a step of conjugate gradients for all functions. */
  readonly products: number;
  readonly stop: NewtonStop;
  /** Whether every function met its tolerance. */
  readonly converged: boolean;
}

// Conjugate gradients end at this share of the gradient: more exact directions were no cheaper altogether, less exact
// ones neither. The other two are LIBLINEAR's sufficient decrease and a step too short to be told from none.
const FORCING = 0.3;
const DECREASE = 0.01;
const MOST_HALVINGS = 20;
// Values whose sums come from single precision differ by such a share of themselves for no reason: close to the minimum
// of few images or a strong penalty, what a step gains is less. The gradient, which is to become 0, still tells.
const ROUNDING = 1e-6;

/**
 * Minimises each function by Newton steps, solved roughly by conjugate gradients and halved until the value falls or,
 * where rounding hides that, the gradient becomes shorter.
 *
 * @param problem the functions; what it throws ends the search
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
  const values = first.values.slice();
  const gradients = first.gradients.slice();
  const firstNorms = functions.map((f) => norm(row(gradients, f, width)));
  const shareOf = (f: number): number => norm(row(gradients, f, width)) / (firstNorms[f]! || 1);
  const isOpen = (f: number): boolean => shareOf(f) > tolerances[f]!;
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
    const open = functions.filter((f) => isOpen(f) && !stuck.has(f));
    if (open.length === 0) return end(stuck.size > 0 ? 'line search' : 'gradient', iteration);
    if (iteration === maxIterations) return end('iterations', iteration);
    const newton = await solveRoughly(problem, gradients, open, width);
    products += newton.products;
    await takeSteps(newton.directions, open);
    onIteration?.(iteration + 1, sum(values));
  }

  async function takeSteps(directions: Float64Array, open: readonly number[]): Promise<void> {
    const before = points.slice();
    const slopes = functions.map((f) => dot(row(gradients, f, width), row(directions, f, width)));
    let waiting = open;
    for (let halvings = 0, step = 1; waiting.length > 0; halvings++, step /= 2) {
      const isLast = halvings > MOST_HALVINGS;
      for (const f of waiting) {
        const point = row(points, f, width);
        point.set(row(before, f, width));
        if (isLast) stuck.add(f);
        else add(point, step, row(directions, f, width));
      }
      if (isLast) return;
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
  }
}

// Conjugate gradients on Hessian x direction = -gradient, for all open functions in step; zero for the others.
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
