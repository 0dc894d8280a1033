import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_ROWS, findObjective, findRho, improvePair, type PairState } from '../../../src/solvers/svm/smo.ts';

/** Solves a pair on plain numbers with a kernel function, beginning with the first `begin` points. */
function solve(
  points: readonly (readonly number[])[],
  signs: readonly number[],
  cost: number,
  kernel: (a: readonly number[], b: readonly number[]) => number,
  {
    begin = points.length,
    growth = 1,
    tolerance = 1e-9,
    held,
  }: { begin?: number; growth?: number; tolerance?: number; held?: Uint8Array } = {},
): PairState & { rounds: number } {
  const count = points.length;
  const alphas = new Float64Array(count);
  const errors = Float64Array.from(signs, (sign) => -sign);
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
      signs: Int8Array.from(signs),
      bounds: [cost, cost],
      ...(held ? { held } : {}),
      alphas,
      errors,
      active,
      diagonal: Float32Array.from(points, (point) => kernel(point, point)),
      blocks,
      tolerance,
      stale: false,
      growth,
    };
    const { violators } = improvePair(state);
    if (violators.length === 0) return { ...state, rounds };
    active = Int32Array.from([...active, ...violators]);
  }
}

const linear = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const rbf = (a: readonly number[], b: readonly number[]): number =>
  Math.exp(-a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));

describe('improvePair', () => {
  it('separates two points by their middle', () => {
    // Points 3 and 1 on a line: minimise 1/2 a²(9 + 1 - 2·3) - 2a = 2a² - 2a: a = 1/2, objective -1/2.
    // w = 1/2·3 - 1/2·1 = 1, and w·2 = rho at the middle: rho = 2.
    const state = solve([[3], [1]], [1, -1], 10, linear);
    expect([...state.alphas]).toEqual([0.5, 0.5]);
    expect(findObjective(state)).toBeCloseTo(-0.5, 12);
    expect(findRho(state)).toBeCloseTo(2, 12);
  });

  it('stops at the bound', () => {
    // As above with C = 0.1: a = 0.1, 2·0.01 - 2·0.1 = -0.18. w = 0.2; errors 0.6 - 1 and 0.2 + 1: rho their middle.
    const state = solve([[3], [1]], [1, -1], 0.1, linear);
    expect([...state.alphas]).toEqual([0.1, 0.1]);
    expect(findObjective(state)).toBeCloseTo(-0.18, 7);
    expect(findRho(state)).toBeCloseTo(0.4, 7);
  });

  it('leaves points beyond the margin out and never asks for their rows', () => {
    // Only 3 and 1 touch the margin; 7, 9 and -4 do not violate anything.
    const state = solve([[3], [1], [7], [9], [-4]], [1, -1, 1, 1, -1], 10, linear, { begin: 2 });
    expect([...state.alphas]).toEqual([0.5, 0.5, 0, 0, 0]);
    expect(state.rounds).toBe(1);
  });

  it('takes violators in, worst first, until none is left', () => {
    // Starting from 9 and -4, the points 3 and 1 are inside the margin and must come in.
    const state = solve([[9], [-4], [7], [3], [1]], [1, -1, 1, 1, -1], 10, linear, { begin: 2 });
    expect(state.rounds).toBeGreaterThan(1);
    const expected = [0, 0, 0, 0.5, 0.5];
    for (const [t, alpha] of state.alphas.entries()) expect(alpha).toBeCloseTo(expected[t]!, 6);
  });

  it('solves as if points held out were not there, and tells their decision values', () => {
    // 3 and 1 as above, f(x) = x - 2. 2.5 and 0 would change that; held out they do not, active or not.
    for (const begin of [2, 4]) {
      const state = solve([[3], [1], [2.5], [0]], [1, -1, -1, 1], 10, linear, {
        begin,
        held: Uint8Array.of(0, 0, 1, 1),
      });
      expect([...state.alphas]).toEqual([0.5, 0.5, 0, 0]);
      expect(findRho(state)).toBeCloseTo(2, 12);
      const decisions = [...state.errors].map((error, t) => error + state.signs[t]! - findRho(state));
      expect(decisions[2]).toBeCloseTo(0.5, 12);
      expect(decisions[3]).toBeCloseTo(-2, 12);
    }
  });

  it('meets the optimality conditions on any points, and reaches the same optimum from any active set', () => {
    const coordinate = fc.integer({ min: -8, max: 8 });
    const problem = fc.array(fc.tuple(coordinate, coordinate, fc.boolean()), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(problem, fc.constantFrom(0.3, 2, 50), (drawn, cost) => {
        const points = drawn.map(([x, y]) => [x / 4, y / 4]);
        // The first two points are one of each class: without both there is nothing to solve.
        const signs = drawn.map(([, , isPositive], t) => (t === 0 || (t > 1 && isPositive) ? 1 : -1));
        const whole = solve(points, signs, cost, rbf, { tolerance: 1e-5 });
        const grown = solve(points, signs, cost, rbf, { tolerance: 1e-5, begin: 2, growth: 3 });
        const balance = grown.alphas.reduce((sum, alpha, t) => sum + alpha * signs[t]!, 0);
        expect(balance).toBeCloseTo(0, 8);
        expect(findObjective(grown)).toBeCloseTo(findObjective(whole), 3);
        const rho = findRho(grown);
        grown.alphas.forEach((alpha, t) => {
          const margin = signs[t]! * (grown.errors[t]! - rho);
          // margin is y f(x) - 1: not below 0 where alpha = 0, not above where alpha = C, 0 between.
          if (alpha < cost) expect(margin).toBeGreaterThan(-1e-4);
          if (alpha > 0) expect(margin).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
