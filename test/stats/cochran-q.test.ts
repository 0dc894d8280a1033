import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { cochranQ, compareByCochranQ } from '../../src/stats/cochran-q.ts';
import fixture from '../fixtures/stats.json' with { type: 'json' };

test('agrees with statsmodels to a relative tolerance', () => {
  // test/fixtures/stats.py: cochrans_q(outcomes)
  for (const { outcomes, q, degrees, p } of fixture.cochran) {
    const found = cochranQ(outcomes.map((own) => Array.from(own, Number)));
    expect(Math.abs(found.q - q)).toBeLessThanOrEqual(1e-9 * q);
    expect(Math.abs(found.p - p), `p of ${q}`).toBeLessThanOrEqual(1e-9 * p);
    expect(found.degrees).toBe(degrees);
  }
});

test('is the value computed by hand', () => {
  const outcomes = [
    [1, 1, 1, 1, 0],
    [1, 1, 0, 1, 0],
    [1, 0, 0, 0, 0],
  ];
  // right per model 4, 3, 1; per image 3, 2, 1, 2, 0: 2 x (3 x 26 - 8^2) / (0 + 2 + 2 + 2 + 0); p is exp(-Q / 2)
  const { q, degrees, p } = cochranQ(outcomes);
  expect(q).toBeCloseTo(14 / 3, 12);
  expect(degrees).toBe(2);
  expect(p).toBeCloseTo(Math.exp(-7 / 3), 12);
});

test('is 0 for models that are right on the same images', () => {
  expect(
    cochranQ([
      [1, 0, 1],
      [1, 0, 1],
      [1, 0, 1],
    ]),
  ).toEqual({ q: 0, degrees: 2, p: 1 });
  expect(cochranQ([[], []])).toEqual({ q: 0, degrees: 1, p: 1 });
});

test('counts a prediction as right if it equals the truth', () => {
  const truth = Uint8Array.of(3, 1, 0, 2);
  const predictions = [Uint8Array.of(3, 1, 0, 0), Uint8Array.of(3, 0, 1, 0)];
  expect(compareByCochranQ(truth, predictions)).toEqual(
    cochranQ([
      [1, 1, 1, 0],
      [1, 0, 0, 0],
    ]),
  );
});

test('rejects a single model, different lengths and invalid outcomes', () => {
  expect(() => cochranQ([[0, 1]])).toThrow('invalid outcomes of lengths [2]; expected two or more models');
  expect(() => cochranQ([[0, 1], [1]])).toThrow('invalid outcomes of lengths [2, 1]');
  expect(() => cochranQ([[0], [2]])).toThrow('invalid outcome: 2; allowed: 0 and 1');
  expect(() => compareByCochranQ(Uint8Array.of(1), [Uint8Array.of(1), Uint8Array.of(1, 2)])).toThrow(
    'invalid predictions: 1, 2 for 1 images; expected one per image and model',
  );
});

const tables = fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 40 })).chain(([models, images]) =>
  fc.array(fc.array(fc.constantFrom(0, 1), { minLength: images, maxLength: images }), {
    minLength: models,
    maxLength: models,
  }),
);

test('does not depend on the order of models or images, or on the meaning of 1', () => {
  fc.assert(
    fc.property(tables, (outcomes) => {
      const found = cochranQ(outcomes);
      expect(found.p).toBeGreaterThan(0);
      expect(found.p).toBeLessThanOrEqual(1);
      expect(cochranQ(outcomes.toReversed())).toEqual(found);
      expect(cochranQ(outcomes.map((own) => own.toReversed()))).toEqual(found);
      expect(cochranQ(outcomes.map((own) => own.map((outcome) => 1 - outcome)))).toEqual(found);
    }),
  );
});

test('ignores images that all models have right or wrong', () => {
  fc.assert(
    fc.property(tables, fc.array(fc.constantFrom(0, 1), { maxLength: 20 }), (outcomes, common) => {
      expect(cochranQ(outcomes.map((own) => [...own, ...common]))).toEqual(cochranQ(outcomes));
    }),
  );
});

test("is McNemar's chi-square for two models, and p decreases as their split becomes more uneven", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(200), (broke, more) => {
      const fixed = broke + more;
      const split = (first: number, second: number) =>
        cochranQ([
          Array.from({ length: first + second }, (_, i) => (i < first ? 1 : 0)),
          Array.from({ length: first + second }, (_, i) => (i < first ? 0 : 1)),
        ]);
      expect(split(fixed, broke).q).toBeCloseTo((fixed - broke) ** 2 / (fixed + broke), 9);
      expect(split(fixed + 1, broke - 1).p).toBeLessThan(split(fixed, broke).p);
    }),
  );
});

test('is significant for equally good models in about 5 % of cases', () => {
  const random = createRandom(5);
  const runs = 2000;
  let rejected = 0;
  for (let run = 0; run < runs; run++) {
    const outcomes = Array.from({ length: 4 }, () => new Uint8Array(60));
    for (let i = 0; i < 60; i++) {
      const chance = 0.3 + 0.6 * random();
      for (const own of outcomes) own[i] = random() < chance ? 1 : 0;
    }
    if (cochranQ(outcomes).p <= 0.05) rejected++;
  }
  // 0.05 plus or minus four standard errors of 2,000 runs
  expect(Math.abs(rejected / runs - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / runs));
});
