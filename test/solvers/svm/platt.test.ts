import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { couplePairs, fitSigmoid, sigmoidOf } from '../../../src/solvers/svm/platt.ts';
// Made by: python test/fixtures/make-svm-probabilities.py FOLDER (scikit-learn 1.9.1, NumPy 2.4.6).
import fixtures from '../../fixtures/svm-probabilities.json' with { type: 'json' };

describe('fitSigmoid', () => {
  it('reaches the targets of a symmetric pair of points', () => {
    // Targets (1 + 1) / (1 + 2) = 2/3 and 1/3, both reached: 1 / (1 + exp(A)) = 2/3, so A = ln(1/2), B = 0.
    const sigmoid = fitSigmoid(Float64Array.of(1, -1), Int8Array.of(1, -1));
    expect(sigmoid.slope).toBeCloseTo(-Math.LN2, 5);
    expect(sigmoid.offset).toBeCloseTo(0, 5);
    expect(sigmoidOf(sigmoid, 1)).toBeCloseTo(2 / 3, 5);
  });

  it('returns the mean of the targets if all decision values are equal', () => {
    // Three of the first class, one of the other: (3 x 4/5 + 1/3) / 4 = 41/60.
    const sigmoid = fitSigmoid(new Float64Array(4), Int8Array.of(1, -1, 1, 1));
    expect(sigmoid.slope).toBe(0);
    expect(sigmoidOf(sigmoid, 7)).toBeCloseTo(41 / 60, 5);
  });

  it.each(fixtures.sigmoids)('agrees with scikit-learn and SciPy, case %#', (expected) => {
    const { slope, offset } = fitSigmoid(Float64Array.from(expected.decisions), Int8Array.from(expected.signs));
    expect(slope).toBeCloseTo(expected.slope, 5);
    expect(offset).toBeCloseTo(expected.offset, 5);
    expect(slope).toBeCloseTo(expected.sklearn[0]!, 5);
    expect(offset).toBeCloseTo(expected.sklearn[1]!, 5);
  });

  it('stays finite if decision values separate the classes by far', () => {
    const decisions = Float64Array.of(1000, 900, 800, -900, -1000);
    const sigmoid = fitSigmoid(decisions, Int8Array.of(1, 1, 1, -1, -1));
    const [p, q] = [sigmoidOf(sigmoid, 800), sigmoidOf(sigmoid, -900)];
    expect(p).toBeGreaterThan(0.75);
    expect(p).toBeLessThan(1);
    expect(q).toBeLessThan(0.3);
    expect(q).toBeGreaterThan(0);
  });
});

describe('sigmoidOf', () => {
  it('is accurate at both ends', () => {
    // exp(-40) at one end; exp(-800), which is 0 in double precision, at the other.
    expect(sigmoidOf({ slope: -1, offset: 0 }, -40)).toBeCloseTo(4.248354255291589e-18, 25);
    expect(sigmoidOf({ slope: -1, offset: 0 }, 800)).toBe(1);
    expect(sigmoidOf({ slope: -1, offset: 0 }, -800)).toBe(0);
  });
});

describe('couplePairs', () => {
  it('does not change the only pair of two classes', () => {
    const [p, q] = couplePairs(Float64Array.of(0, 0.83, 0.17, 0), 2);
    expect(p).toBeCloseTo(0.83, 5);
    expect(q).toBeCloseTo(0.17, 5);
  });

  it.each(fixtures.couplings)('solves the equations of the minimum, case %#', ({ pairwise, probabilities }) => {
    const found = couplePairs(Float64Array.from(pairwise), probabilities.length);
    found.forEach((p, i) => {
      expect(p).toBeCloseTo(probabilities[i]!, 4);
    });
  });

  it('finds the distribution from which the pairs were computed', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(weights, (drawn) => {
        const k = drawn.length;
        const total = drawn.reduce((sum, weight) => sum + weight, 0);
        const pairwise = Float64Array.from({ length: k * k }, (_, at) => {
          const [a, b] = [drawn[Math.floor(at / k)]!, drawn[at % k]!];
          return a / (a + b);
        });
        couplePairs(pairwise, k).forEach((p, i) => {
          expect(Math.abs(p - drawn[i]! / total)).toBeLessThan(1e-3);
        });
      }),
      { seed: 1 },
    );
  });

  it('returns a distribution for any pairs, including certain and contradictory ones', () => {
    const drawn = fc
      .integer({ min: 2, max: 10 })
      .chain((k) => fc.tuple(fc.constant(k), fc.array(fc.constantFrom(0, 0.2, 0.5, 1), { minLength: 45 })));
    fc.assert(
      fc.property(drawn, ([k, values]) => {
        const pairwise = new Float64Array(k * k);
        for (let i = 0, at = 0; i < k; i++) {
          for (let j = i + 1; j < k; j++) {
            pairwise[i * k + j] = values[at++]!;
            pairwise[j * k + i] = 1 - pairwise[i * k + j]!;
          }
        }
        const p = couplePairs(pairwise, k);
        expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
        expect(p.every((value) => value >= 0 && value <= 1)).toBe(true);
      }),
      { seed: 1 },
    );
  });
});
