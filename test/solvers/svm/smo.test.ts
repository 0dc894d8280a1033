import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS, findObjective, findRho, optimizeActiveSet, type PairState } from '../../../src/solvers/svm/smo.ts';

/** Solves a binary problem with a kernel function. The first active set has the first `begin` points. */
function solve(
  points: readonly (readonly number[])[],
  y: readonly number[],
  cost: number,
  kernel: (a: readonly number[], b: readonly number[]) => number,
  {
    begin = points.length,
    maxViolators = 1,
    tolerance = 1e-9,
    heldOut,
  }: { begin?: number; maxViolators?: number; tolerance?: number; heldOut?: Uint8Array } = {},
): PairState & { rounds: number } {
  const count = points.length;
  const alphas = new Float64Array(count);
  const yGradient = Float64Array.from(y, (sign) => -sign);
  let active = Int32Array.from(points.keys()).slice(0, begin);
  for (let rounds = 1; ; rounds++) {
    const blocks = Array.from({ length: Math.ceil(active.length / BLOCK_ROWS) }, () => {
      return new Float32Array(BLOCK_ROWS * count);
    });
    active.forEach((point, r) => {
      const row = points.map((other) => kernel(points[point]!, other));
      blocks[Math.floor(r / BLOCK_ROWS)]!.set(row, (r % BLOCK_ROWS) * count);
    });
    const state: PairState = {
      count,
      y: Int8Array.from(y),
      C: [cost, cost],
      ...(heldOut ? { heldOut } : {}),
      alphas,
      yGradient,
      active,
      diagonal: Float32Array.from(points, (point) => kernel(point, point)),
      blocks,
      tolerance,
      initGradient: false,
      maxViolators,
    };
    const { violators } = optimizeActiveSet(state);
    if (violators.length === 0) return { ...state, rounds };
    active = Int32Array.from([...active, ...violators]);
  }
}

const linear = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const rbf = (a: readonly number[], b: readonly number[]): number =>
  Math.exp(-a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));

describe('optimizeActiveSet', () => {
  it('separates two points at their midpoint', () => {
    // Points 3 and 1 on a line: minimise 1/2 a²(9 + 1 - 2·3) - 2a = 2a² - 2a: a = 1/2, objective -1/2.
    // w = 1/2·3 - 1/2·1 = 1, and the decision value is 0 at the midpoint 2: rho = 2.
    const state = solve([[3], [1]], [1, -1], 10, linear);
    expect([...state.alphas]).toEqual([0.5, 0.5]);
    expect(findObjective(state)).toBeCloseTo(-0.5, 12);
    expect(findRho(state)).toBeCloseTo(2, 12);
  });

  it('stops at the upper bound C', () => {
    // As above with C = 0.1: a = 0.1, 2·0.01 - 2·0.1 = -0.18. w = 0.2; yGradient is 0.6 - 1 and 0.2 + 1; rho is their midpoint.
    const state = solve([[3], [1]], [1, -1], 0.1, linear);
    expect([...state.alphas]).toEqual([0.1, 0.1]);
    expect(findObjective(state)).toBeCloseTo(-0.18, 7);
    expect(findRho(state)).toBeCloseTo(0.4, 7);
  });

  it('does not add points beyond the margin to the active set', () => {
    // Only 3 and 1 are on the margin; 7, 9 and -4 do not violate the optimality conditions.
    const state = solve([[3], [1], [7], [9], [-4]], [1, -1, 1, 1, -1], 10, linear, { begin: 2 });
    expect([...state.alphas]).toEqual([0.5, 0.5, 0, 0, 0]);
    expect(state.rounds).toBe(1);
  });

  it('adds violators, worst first, until there is none', () => {
    // It starts with 9 and -4. The points 3 and 1 are then inside the margin and must be added.
    const state = solve([[9], [-4], [7], [3], [1]], [1, -1, 1, 1, -1], 10, linear, { begin: 2 });
    expect(state.rounds).toBeGreaterThan(1);
    const expected = [0, 0, 0, 0.5, 0.5];
    for (const [t, alpha] of state.alphas.entries()) expect(alpha).toBeCloseTo(expected[t]!, 6);
  });

  it('ignores held-out points and computes their decision values', () => {
    // 3 and 1 as above, f(x) = x - 2. The points 2.5 and 0 would change that, but they are held out, active or not.
    for (const begin of [2, 4]) {
      const state = solve([[3], [1], [2.5], [0]], [1, -1, -1, 1], 10, linear, {
        begin,
        heldOut: Uint8Array.of(0, 0, 1, 1),
      });
      expect([...state.alphas]).toEqual([0.5, 0.5, 0, 0]);
      expect(findRho(state)).toBeCloseTo(2, 12);
      const decisions = [...state.yGradient].map((value, t) => value + state.y[t]! - findRho(state));
      expect(decisions[2]).toBeCloseTo(0.5, 12);
      expect(decisions[3]).toBeCloseTo(-2, 12);
    }
  });

  it('meets the optimality conditions on random points, and finds the same optimum from any active set', () => {
    const coordinate = fc.integer({ min: -8, max: 8 });
    const problem = fc.array(fc.tuple(coordinate, coordinate, fc.boolean()), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(problem, fc.constantFrom(0.3, 2, 50), (drawn, cost) => {
        const points = drawn.map(([x, y]) => [x / 4, y / 4]);
        // The first two points are of different classes: the problem needs both.
        const y = drawn.map(([, , isPositive], t) => (t === 0 || (t > 1 && isPositive) ? 1 : -1));
        const whole = solve(points, y, cost, rbf, { tolerance: 1e-5 });
        const grown = solve(points, y, cost, rbf, { tolerance: 1e-5, begin: 2, maxViolators: 3 });
        const balance = grown.alphas.reduce((sum, alpha, t) => sum + alpha * y[t]!, 0);
        expect(balance).toBeCloseTo(0, 8);
        expect(findObjective(grown)).toBeCloseTo(findObjective(whole), 3);
        const rho = findRho(grown);
        grown.alphas.forEach((alpha, t) => {
          const margin = y[t]! * (grown.yGradient[t]! - rho);
          // margin is y f(x) - 1: at least 0 where alpha = 0, at most 0 where alpha = C, and 0 between.
          if (alpha < cost) expect(margin).toBeGreaterThan(-1e-4);
          if (alpha > 0) expect(margin).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
