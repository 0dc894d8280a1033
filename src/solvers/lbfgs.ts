// L-BFGS: minimises a smooth function of many variables by its values and gradients. Logistic regression uses it.

/** A function's value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Options of the minimisation. */
export interface LbfgsOptions {
  /** Maximum number of iterations, at least 0. */
  readonly maxIterations: number;
  /** Converged when no component of the gradient is larger: SciPy's `gtol`. */
  readonly gradientTolerance: number;
  /** Converged when an iteration lowers the value by less than this times max(|before|, |after|, 1): SciPy's `ftol`. */
  readonly valueTolerance: number;
  /** Number of correction pairs kept. Default: 10. */
  readonly history?: number;
  /** Called after each iteration. */
  readonly onIteration?: (iteration: number, value: number) => void;
}

/** Why the search ended. `'line search'`: no step lowered the value; the limit of the arithmetic. */
export type LbfgsStop = 'gradient' | 'value' | 'iterations' | 'line search';

/** Result of the minimisation. */
export interface LbfgsResult {
  readonly point: Float64Array;
  readonly value: number;
  /** Largest absolute component of the gradient. */
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly stop: LbfgsStop;
  /** Whether a tolerance was met. */
  readonly converged: boolean;
}

// Sufficient decrease and curvature, as in the line search of L-BFGS-B.
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MAX_TRIALS = 20;

/**
 * Minimises a function by limited-memory BFGS with a line search for the strong Wolfe conditions.
 *
 * @param evaluate the function; an error that it throws ends the search
 * @param start the first point; not changed
 * @throws RangeError if the value at the start is not finite
 * @see Liu, D. C. and Nocedal, J. (1989). On the limited memory BFGS method for large scale optimization. Mathematical
 *   Programming 45, 503-528; Nocedal, J. and Wright, S. (2006). Numerical Optimization, algorithms 3.5, 3.6, 7.4, 7.5.
 */
export async function minimize(
  evaluate: (point: Float64Array) => Evaluation | Promise<Evaluation>,
  start: Float64Array | Float32Array,
  options: LbfgsOptions,
): Promise<LbfgsResult> {
  const { maxIterations, gradientTolerance, valueTolerance, history = 10, onIteration } = options;
  let point: Float64Array = Float64Array.from(start);
  let { value, gradient } = await evaluate(point);
  if (!Number.isFinite(value)) throw new RangeError(`invalid start: the value there is ${value}`);
  let evaluations = 1;
  const pairs: Correction[] = [];
  const end = (stop: LbfgsStop, iterations: number): LbfgsResult => ({
    point,
    value,
    gradientNorm: largest(gradient),
    iterations,
    evaluations,
    stop,
    converged: stop === 'gradient' || stop === 'value',
  });

  if (largest(gradient) <= gradientTolerance) return end('gradient', 0);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const direction = descend(gradient, pairs);
    // Without known curvature the first step has length 1.
    const firstStep = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
    const found = await searchLine(evaluate, { point, value, gradient }, direction, firstStep);
    evaluations += found.evaluations;
    if (!found.trial) {
      if (pairs.length === 0) return end('line search', iteration - 1);
      // The direction may be bad because of old curvature: discard it and try steepest descent once.
      pairs.length = 0;
      iteration--;
      continue;
    }
    const { trial } = found;
    const step = trial.point.map((x, i) => x - point[i]!);
    const change = trial.gradient.map((g, i) => g - gradient[i]!);
    const curvature = dot(step, change);
    if (curvature > Number.EPSILON * dot(change, change)) {
      pairs.push({ step, change, curvature });
      if (pairs.length > history) pairs.shift();
    }
    const decrease = value - trial.value;
    const scale = Math.max(Math.abs(value), Math.abs(trial.value), 1);
    ({ point, value, gradient } = trial);
    onIteration?.(iteration, value);
    if (largest(gradient) <= gradientTolerance) return end('gradient', iteration);
    if (decrease <= valueTolerance * scale) return end('value', iteration);
  }
  return end('iterations', maxIterations);
}

interface Correction {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** step · change, above 0. */
  readonly curvature: number;
}

interface Trial extends Evaluation {
  readonly point: Float64Array;
}

// Multiplies the negative gradient by the approximate inverse Hessian (two-loop recursion).
function descend(gradient: Float64Array, pairs: readonly Correction[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const weights = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, curvature } = pairs[k]!;
    weights[k] = dot(step, direction) / curvature;
    add(direction, -weights[k]!, change);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (let k = 0; k < pairs.length; k++) {
    const { step, change, curvature } = pairs[k]!;
    add(direction, weights[k]! - dot(change, direction) / curvature, step);
  }
  return direction;
}

// Finds a step that satisfies the strong Wolfe conditions: doubles it until it brackets a minimum, then narrows the
// bracket by cubic interpolation. After too many trials it returns the lowest point with sufficient decrease.
async function searchLine(
  evaluate: (point: Float64Array) => Evaluation | Promise<Evaluation>,
  from: Trial,
  direction: Float64Array,
  firstStep: number,
): Promise<{ trial: Trial | undefined; evaluations: number }> {
  const startSlope = dot(from.gradient, direction);
  if (!(startSlope < 0)) return { trial: undefined, evaluations: 0 };
  type Probe = { step: number; slope: number; trial: Trial };
  let low: Probe = { step: 0, slope: startSlope, trial: from };
  let high: Probe | undefined;
  let step = firstStep;
  let evaluations = 0;
  while (evaluations < MAX_TRIALS) {
    const point = from.point.slice();
    add(point, step, direction);
    const trial = { point, ...(await evaluate(point)) };
    evaluations++;
    const probe: Probe = { step, slope: dot(trial.gradient, direction), trial };
    const isLower = trial.value <= from.value + DECREASE * step * startSlope && trial.value < low.trial.value;
    if (!isLower || !Number.isFinite(trial.value)) high = probe;
    else {
      if (Math.abs(probe.slope) <= -CURVATURE * startSlope) return { trial, evaluations };
      // The minimum is between the new lowest point and the end towards which its slope descends.
      if (probe.slope * ((high?.step ?? Number.POSITIVE_INFINITY) - low.step) >= 0) high = low;
      low = probe;
    }
    step = high ? interpolate(low, high) : step * 2;
    if (high && Math.abs(high.step - low.step) <= Number.EPSILON * Math.abs(low.step)) break;
  }
  return { trial: low.step > 0 ? low.trial : undefined, evaluations };
}

interface Knot {
  readonly step: number;
  readonly slope: number;
  readonly trial: { readonly value: number };
}

// Minimum of the cubic through two values and slopes, at least a tenth away from the ends (Nocedal and Wright, 3.59).
function interpolate(a: Knot, b: Knot): number {
  const width = b.step - a.step;
  const d1 = a.slope + b.slope - (3 * (a.trial.value - b.trial.value)) / (a.step - b.step);
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const share = 1 - (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  const kept = Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5;
  return a.step + kept * width;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(target: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * values[i]!;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
