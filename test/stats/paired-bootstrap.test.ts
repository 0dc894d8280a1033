import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { createMultinomial } from '../../src/stats/multinomial.ts';
import { accelerationOfMean, pairedBootstrap, pairedBootstrapOfTallies } from '../../src/stats/paired-bootstrap.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('computes the acceleration from the same skewness as SciPy', () => {
  // test/fixtures/stats.py: skew(differences) / 6 / len(differences)**0.5
  for (const { tallies, acceleration } of fixture.bca) {
    expect(Math.abs(accelerationOfMean(tallies)! - acceleration)).toBeLessThan(1e-9);
  }
});

test('agrees with SciPy up to the random draws', () => {
  // test/fixtures/stats.py: mean and standard deviation of the ends of 20 times bootstrap(method='BCa')
  for (const { tallies, mean, low, high } of fixture.bootstraps) {
    const found = pairedBootstrapOfTallies(tallies, { seed: 4 });
    // With few distinct values the ends jump from one to the next.
    const step = tallies.length > 3 ? 0 : 1 / tallies.reduce((sum, { count }) => sum + count, 0);
    expect(found.mean).toBeCloseTo(mean, 12);
    expect(Math.abs(found.low - low[0]!)).toBeLessThanOrEqual(4 * low[1]! + step / 2);
    expect(Math.abs(found.high - high[0]!)).toBeLessThanOrEqual(4 * high[1]! + step / 2);
    expect(found.method).toBe('bca');
  }
});

test('is about plus or minus 1.96 standard errors on many images', () => {
  const tallies = [
    { value: 1, count: 230 },
    { value: -1, count: 180 },
    { value: 0, count: 9590 },
  ];
  const { mean, low, high } = pairedBootstrapOfTallies(tallies);
  // 1.96 x sqrt((410 / 10,000 - 0.005^2) / 10,000) = 0.00397
  expect(mean).toBe(0.005);
  expect((high - low) / 2).toBeCloseTo(0.00397, 4);
  expect((low + high) / 2).toBeCloseTo(0.005, 3);
});

test('gives equal results for differences and their tallies, in any order', () => {
  const differences = Int8Array.from({ length: 300 }, (_, i) => (i % 11 === 0 ? 1 : i % 17 === 0 ? -1 : 0));
  const tallies = [-1, 1, 0].map((value) => ({ value, count: differences.filter((own) => own === value).length }));
  const found = pairedBootstrap(differences, { seed: 3, resamples: 500 });
  expect(pairedBootstrapOfTallies(tallies, { seed: 3, resamples: 500 })).toEqual(found);
  expect(pairedBootstrap(differences.toReversed(), { seed: 3, resamples: 500 })).toEqual(found);
  expect(pairedBootstrap(differences, { seed: 4, resamples: 500 })).not.toEqual(found);
});

test('is a point if all differences are equal', () => {
  expect(accelerationOfMean([{ value: 2, count: 9 }])).toBeNull();
  expect(pairedBootstrap([0.1, 0.1, 0.1])).toEqual({
    mean: expect.closeTo(0.1, 12),
    low: expect.closeTo(0.1, 12),
    high: expect.closeTo(0.1, 12),
    method: 'percentile',
  });
  expect(pairedBootstrapOfTallies([{ value: 0, count: 10_000 }])).toEqual({
    mean: 0,
    low: 0,
    high: 0,
    method: 'percentile',
  });
});

test('rejects an empty list, values that are not finite, and invalid options', () => {
  expect(() => pairedBootstrap([])).toThrow('cannot resample an empty list');
  expect(() => pairedBootstrapOfTallies([{ value: 1, count: 0 }])).toThrow('cannot resample an empty list');
  expect(() => pairedBootstrap([1, Number.NaN])).toThrow('cannot resample NaN: only finite numbers');
  expect(() => pairedBootstrapOfTallies([{ value: 1, count: 0.5 }])).toThrow('invalid count of pairs: 0.5');
  expect(() => pairedBootstrap([1], { resamples: 0 })).toThrow('invalid number of resamples: 0; allowed: 1, 2, ...');
  expect(() => pairedBootstrap([1, 2], { confidence: 1 })).toThrow('invalid confidence: 1');
});

const lists = fc.array(fc.integer({ min: -64, max: 64 }), { minLength: 2, maxLength: 60 });

test('is equivariant under shift and scale, and stays within the range of the differences', () => {
  fc.assert(
    fc.property(lists, fc.integer({ min: -50, max: 50 }), fc.constantFrom(0.5, 2, 8), (values, shift, factor) => {
      const options = { resamples: 60, seed: 9 };
      const { low, high } = pairedBootstrap(values, options);
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      const stretched = pairedBootstrap(
        values.map((value) => value * factor),
        options,
      );
      expect([stretched.low, stretched.high]).toEqual([low * factor, high * factor]);
      const moved = pairedBootstrap(
        values.map((value) => value + shift),
        options,
      );
      expect(moved.low).toBeCloseTo(low + shift, 9);
      expect(moved.high).toBeCloseTo(high + shift, 9);
    }),
  );
});

test('contains the true difference in about 95 % of cases', () => {
  const population = [16, 370, 14];
  const draw = createMultinomial(population, createRandom(21));
  const counts = new Uint32Array(3);
  const runs = 400;
  let held = 0;
  for (let run = 0; run < runs; run++) {
    draw(counts);
    const tallies = [-1, 0, 1].map((value, i) => ({ value, count: counts[i]! }));
    const { low, high } = pairedBootstrapOfTallies(tallies, { resamples: 400, seed: run });
    if (low <= -2 / 400 && -2 / 400 <= high) held++;
  }
  // 0.95 plus or minus four standard errors of 400 runs
  expect(Math.abs(held / runs - 0.95)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / runs));
});
