import { describe, expect, it } from 'vitest';
import { type Evaluation, minimize } from '../../src/solvers/lbfgs.ts';

const options = { maxIterations: 200, gradientTolerance: 1e-8, valueTolerance: 0 };

/** Sum of (1 - x_i)² + 100 (x_{i+1} - x_i²)²: the Rosenbrock function, with its minimum 0 at (1, 1, ...). */
function rosenbrock(x: Float64Array): Evaluation {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const a = 1 - x[i]!;
    const b = x[i + 1]! - x[i]! ** 2;
    value += a * a + 100 * b * b;
    gradient[i]! += -2 * a - 400 * x[i]! * b;
    gradient[i + 1]! += 200 * b;
  }
  return { value, gradient };
}

/** 1/2 sum k (x_k - k)² for k = 1 to n: minimum 0 at x_k = k, condition number n. */
function bowl(x: Float64Array): Evaluation {
  const gradient = x.map((value, i) => (i + 1) * (value - (i + 1)));
  return { value: gradient.reduce((sum, g, i) => sum + (g * g) / (i + 1), 0) / 2, gradient };
}

describe('minimize', () => {
  it('finds the minimum of the Rosenbrock function', async () => {
    const found = await minimize(rosenbrock, Float64Array.of(-1.2, 1), options);
    expect(found.stop).toBe('gradient');
    expect(found.point[0]).toBeCloseTo(1, 7);
    expect(found.point[1]).toBeCloseTo(1, 7);
    // SciPy's L-BFGS-B needs 36 iterations: minimize(rosen, [-1.2, 1], jac=rosen_der, method='L-BFGS-B').
    expect(found.iterations).toBeLessThan(60);
  });

  it('finds the minimum of the Rosenbrock function in 50 dimensions', async () => {
    const found = await minimize(rosenbrock, new Float64Array(50), { ...options, maxIterations: 1000 });
    expect(found.converged).toBe(true);
    for (const x of found.point) expect(x).toBeCloseTo(1, 6);
  });

  it('finds the minimum of a quadratic function from single-precision parameters', async () => {
    const found = await minimize(bowl, new Float32Array(100), options);
    expect(found.stop).toBe('gradient');
    for (const [i, x] of found.point.entries()) expect(x).toBeCloseTo(i + 1, 7);
  });

  it('lowers the value in every iteration and waits for an asynchronous function', async () => {
    const values: number[] = [];
    const onIteration = (_: number, value: number) => values.push(value);
    await minimize(async (x) => rosenbrock(x), Float64Array.of(-1.2, 1), { ...options, onIteration });
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it('reports that the iterations were too few', async () => {
    const found = await minimize(rosenbrock, Float64Array.of(-1.2, 1), { ...options, maxIterations: 3 });
    expect(found).toMatchObject({ stop: 'iterations', converged: false, iterations: 3 });
  });

  it('stops if an iteration gains too little', async () => {
    const found = await minimize(bowl, new Float64Array(100), { ...options, valueTolerance: 1e-3 });
    expect(found).toMatchObject({ stop: 'value', converged: true });
  });

  it('does nothing at a minimum', async () => {
    const found = await minimize(bowl, Float64Array.of(1, 2), options);
    expect(found).toMatchObject({ stop: 'gradient', iterations: 0, evaluations: 1, value: 0 });
  });

  it('steps back if the function is not finite', async () => {
    // x - ln x: minimum 1 at 1, no value below 0.
    const barrier = (x: Float64Array): Evaluation => ({
      value: x[0]! > 0 ? x[0]! - Math.log(x[0]!) : Number.NaN,
      gradient: Float64Array.of(1 - 1 / x[0]!),
    });
    const found = await minimize(barrier, Float64Array.of(0.01), options);
    expect(found.point[0]).toBeCloseTo(1, 6);
  });

  it('stops if the gradient is wrong', async () => {
    const uphill = (x: Float64Array): Evaluation => ({ value: x[0]! ** 2, gradient: Float64Array.of(-2 * x[0]!) });
    const found = await minimize(uphill, Float64Array.of(1), options);
    expect(found).toMatchObject({ stop: 'line search', converged: false });
  });

  it('rejects a start at which the function is not finite', async () => {
    const nowhere = () => ({ value: Number.NaN, gradient: Float64Array.of(0) });
    await expect(minimize(nowhere, Float64Array.of(0), options)).rejects.toThrow('the value there is NaN');
  });
});
