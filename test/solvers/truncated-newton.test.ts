import { describe, expect, it } from 'vitest';
import { minimizeEach, type NewtonProblem } from '../../src/solvers/truncated-newton.ts';

/** Functions of two variables: sum of scale x (x - centre)^power / power; the Hessian is diagonal. */
function separable(functions: { scale: number; centre: number; power: 2 | 4 }[]): NewtonProblem & { trials: number } {
  let points = new Float64Array(0);
  const each = (value: (offset: number, scale: number, power: number) => number): Float64Array =>
    points.map((x, i) => {
      const { scale, centre, power } = functions[i >> 1]!;
      return value(x - centre, i % 2 ? scale : 1, power);
    });
  const problem = {
    trials: 0,
    async evaluate(at: Float64Array) {
      problem.trials++;
      points = at.slice();
      const terms = each((offset, scale, power) => (scale * offset ** power) / power);
      const values = Float64Array.from(functions, (_, f) => terms[2 * f]! + terms[2 * f + 1]!);
      return { values, gradients: each((offset, scale, power) => scale * offset ** (power - 1)) };
    },
    async multiplyHessians(directions: Float64Array) {
      const diagonal = each((offset, scale, power) => scale * (power - 1) * offset ** (power - 2));
      return directions.map((d, i) => d * diagonal[i]!);
    },
  };
  return problem;
}

describe('minimizeEach', () => {
  it('finds the minimum of every function', async () => {
    const problem = separable([
      { scale: 100, centre: 3, power: 2 },
      { scale: 1, centre: -2, power: 4 },
      { scale: 5, centre: 0, power: 2 },
    ]);
    const told: number[] = [];
    const result = await minimizeEach(problem, new Float64Array(6), {
      maxIterations: 100,
      tolerances: [1e-9, 1e-9, 1e-9],
      onIteration: (_, value) => told.push(value),
    });
    expect(result).toMatchObject({ converged: true, stop: 'gradient' });
    expect(result.gradientShare).toBeLessThanOrEqual(1e-9);
    for (const [i, x] of [3, 3, -2, -2, 0, 0].entries()) expect(result.points[i]).toBeCloseTo(x, 2);
    expect(told).toHaveLength(result.iterations);
    expect(told.at(-1)).toBe(result.value);
    for (let i = 1; i < told.length; i++) expect(told[i]).toBeLessThanOrEqual(told[i - 1]!);
  });

  it('takes one iteration for a spherical function and none at the minimum', async () => {
    const options = { maxIterations: 10, tolerances: [1e-12] };
    const bowl = () => separable([{ scale: 1, centre: 1, power: 2 }]);
    expect(await minimizeEach(bowl(), Float64Array.of(0, 0), options)).toMatchObject({ iterations: 1, products: 1 });
    expect(await minimizeEach(bowl(), Float64Array.of(1, 1), options)).toMatchObject({
      iterations: 0,
      products: 0,
      converged: true,
    });
  });

  it('does not change a function that has met its tolerance', async () => {
    const problem = separable([
      { scale: 1, centre: 1, power: 4 },
      { scale: 1, centre: 1, power: 4 },
    ]);
    // Along x = y a Newton step removes a third of the distance for (x - 1)⁴: the gradient falls to 8/27, then to 64/729.
    const result = await minimizeEach(problem, new Float64Array(4), { maxIterations: 50, tolerances: [0.3, 0.08] });
    expect(result.points[0]).toBeCloseTo(1 / 3, 12);
    expect(result.points[2]).toBeCloseTo(19 / 27, 12);
    expect(result.iterations).toBe(3);
  });

  it('halves a step that increases the value', async () => {
    // sqrt(1 + x²) - x/2 is minimal at x = 1/sqrt(3); from x = -3 the full Newton step overshoots.
    let x = 0;
    const seen: number[] = [];
    const problem: NewtonProblem = {
      async evaluate(points) {
        x = points[0]!;
        seen.push(x);
        return {
          values: Float64Array.of(Math.hypot(1, x) - x / 2),
          gradients: Float64Array.of(x / Math.hypot(1, x) - 0.5),
        };
      },
      multiplyHessians: async (directions) => directions.map((d) => d / Math.hypot(1, x) ** 3),
    };
    const result = await minimizeEach(problem, Float64Array.of(-3), { maxIterations: 50, tolerances: [1e-10] });
    expect(result.converged).toBe(true);
    expect(result.points[0]).toBeCloseTo(1 / Math.sqrt(3), 8);
    // Slope (-3/√10 - 1/2) / curvature 10^(-3/2): a step of 45.8, then half of it.
    expect(seen[1]! + 3).toBeCloseTo(2 * (seen[2]! + 3), 8);
  });

  it('reports that the iterations were too few', async () => {
    const problem = separable([{ scale: 1, centre: 1, power: 4 }]);
    const result = await minimizeEach(problem, new Float64Array(2), { maxIterations: 2, tolerances: [1e-9] });
    expect(result).toMatchObject({ stop: 'iterations', iterations: 2, converged: false });
  });

  it('uses the gradient if rounding hides the gain of a step', async () => {
    const problem = separable([{ scale: 4, centre: 1, power: 2 }]);
    const rounded: NewtonProblem = {
      ...problem,
      // About 2.5 (x - 1)², which is lost when added to 10 million in single precision.
      async evaluate(points) {
        const { values, gradients } = await problem.evaluate(points);
        return { values: values.map((value) => Math.fround(1e7 + value)), gradients };
      },
    };
    const result = await minimizeEach(rounded, Float64Array.of(0.9, 0.9), { maxIterations: 20, tolerances: [1e-6] });
    expect(result).toMatchObject({ stop: 'gradient', converged: true });
    for (const x of result.points) expect(x).toBeCloseTo(1, 6);
  });

  it('does not move, and reports it, if no step lowers the value or the gradient', async () => {
    const problem = separable([{ scale: 1, centre: 1, power: 2 }]);
    const steep: NewtonProblem = {
      ...problem,
      async evaluate(points) {
        await problem.evaluate(points);
        return { values: Float64Array.of(7), gradients: Float64Array.of(-1, -1) };
      },
    };
    const result = await minimizeEach(steep, new Float64Array(2), { maxIterations: 5, tolerances: [1e-9] });
    expect(result).toMatchObject({ stop: 'line search', converged: false, value: 7 });
    expect([...result.points]).toEqual([0, 0]);
  });

  it('does not accept a higher value with a smaller gradient', async () => {
    const problem = separable([{ scale: 1, centre: 1, power: 2 }]);
    const rising: NewtonProblem = {
      ...problem,
      async evaluate(points) {
        return { ...(await problem.evaluate(points)), values: Float64Array.of(problem.trials) };
      },
    };
    const result = await minimizeEach(rising, new Float64Array(2), { maxIterations: 5, tolerances: [1e-9] });
    expect(result).toMatchObject({ stop: 'line search', converged: false, value: 1 });
  });
});
