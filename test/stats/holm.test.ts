import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { holm } from '../../src/stats/holm.ts';

test('steps down from the smallest', () => {
  // sorted: 4 x 0.005, 3 x 0.01, 2 x 0.03, then 1 x 0.04, which must be at least 0.06
  const adjusted = [0.03, 0.06, 0.06, 0.02];
  for (const [i, p] of holm([0.01, 0.04, 0.03, 0.005]).entries()) expect(p).toBeCloseTo(adjusted[i]!, 12);
});

test('does not change a single value, is at most 1, and accepts an empty list', () => {
  expect(holm([0.04])).toEqual([0.04]);
  expect(holm([0.6, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test('rejects a value that is not a probability', () => {
  expect(() => holm([0.1, 1.1])).toThrow('invalid p-value: 1.1; allowed: 0 to 1');
  expect(() => holm([Number.NaN])).toThrow('invalid p-value: NaN');
});

const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 });

test('is the closed Bonferroni test: the maximum over all sets that contain the hypothesis', () => {
  fc.assert(
    fc.property(probabilities, (ps) => {
      const worst = ps.map(() => 0);
      for (let set = 1; set < 2 ** ps.length; set++) {
        const members = ps.map((_, i) => i).filter((i) => (set >> i) & 1);
        const joint = Math.min(1, members.length * Math.min(...members.map((i) => ps[i]!)));
        for (const i of members) worst[i] = Math.max(worst[i]!, joint);
      }
      for (const [i, p] of holm(ps).entries()) expect(p).toBeCloseTo(worst[i]!, 12);
    }),
  );
});

test('keeps the order, never lowers a value, and does not depend on the given order', () => {
  fc.assert(
    fc.property(probabilities, (ps) => {
      const adjusted = holm(ps);
      for (const [i, p] of ps.entries()) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(1);
        for (const [j, other] of ps.entries()) if (p < other) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
      }
      expect(holm(ps.toReversed())).toEqual(adjusted.toReversed());
    }),
  );
});

test('limits the probability of any false positive to 5 %', () => {
  const random = createRandom(3);
  const runs = 4000;
  const error = Math.sqrt((0.05 * 0.95) / runs);
  for (const [equal, different] of [
    [6, 0],
    [4, 3],
    [1, 5],
  ] as const) {
    let [alarms, alarmsOfOne] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const real = Array.from({ length: different }, () => random() / 1000);
      const chance = Array.from({ length: equal }, random);
      if (holm([...chance, ...real]).some((p, i) => i < equal && p <= 0.05)) alarms++;
      // Maximum dependence: one test, repeated.
      if (holm([...chance.fill(chance[0]!), ...real]).some((p, i) => i < equal && p <= 0.05)) alarmsOfOne++;
    }
    // Of independent tests, 1 - (1 - 0.05 / equal)^equal.
    expect(Math.abs(alarms / runs - (1 - (1 - 0.05 / equal) ** equal))).toBeLessThan(4 * error);
    expect(alarmsOfOne / runs).toBeLessThan(0.05 + 4 * error);
  }
});
