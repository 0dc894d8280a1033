import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { createMultinomial } from '../../src/stats/multinomial.ts';

const samples = fc
  .array(fc.nat(60), { minLength: 1, maxLength: 12 })
  .filter((counts) => counts.some((count) => count > 0));

test('draws as many items as there are, and none of a kind with count 0', () => {
  fc.assert(
    fc.property(samples, fc.integer(), (counts, seed) => {
      const draw = createMultinomial(counts, createRandom(seed));
      const drawn = new Uint32Array(counts.length);
      for (let i = 0; i < 3; i++) {
        draw(drawn);
        expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(counts.reduce((sum, count) => sum + count, 0));
        for (const [kind, count] of counts.entries()) if (count === 0) expect(drawn[kind]).toBe(0);
      }
    }),
  );
});

test('gives equal draws for equal seeds', () => {
  const drawTwice = (seed: number) => {
    const draw = createMultinomial([9000, 700, 300], createRandom(seed));
    const drawn = [new Uint32Array(3), new Uint32Array(3)];
    drawn.forEach(draw);
    return drawn;
  };
  expect(drawTwice(1)).toEqual(drawTwice(1));
  expect(drawTwice(1)).not.toEqual(drawTwice(2));
});

// Few kinds of many items; many kinds of few items.
test.each([[[9000, 700, 300]], [[2, 0, 20, 18]], [[1, 2, 3, 1, 5, 4, 4]]])(
  'has the moments of a multinomial: %j',
  (counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const draws = 20_000;
    const draw = createMultinomial(counts, createRandom(8));
    const drawn = new Uint32Array(counts.length);
    const sums = counts.map(() => 0);
    const products = counts.map(() => counts.map(() => 0));
    for (let i = 0; i < draws; i++) {
      draw(drawn);
      for (const [a, count] of counts.entries()) {
        sums[a]! += drawn[a]! - count;
        for (const [b, other] of counts.entries()) products[a]![b]! += (drawn[a]! - count) * (drawn[b]! - other);
      }
    }
    for (const [a, count] of counts.entries()) {
      const variance = (i: number) => counts[i]! * (1 - counts[i]! / total);
      // The expected count is the count; plus or minus 4.5 standard errors.
      expect(Math.abs(sums[a]! / draws)).toBeLessThanOrEqual(4.5 * Math.sqrt(variance(a) / draws));
      for (const [b, other] of counts.entries()) {
        const covariance = a === b ? variance(a) : (-count * other) / total;
        const error = Math.sqrt((3 * variance(a) * variance(b)) / draws);
        expect(Math.abs(products[a]![b]! / draws - covariance)).toBeLessThanOrEqual(4.5 * error);
      }
    }
  },
);

test('draws two kinds by the binomial distribution', () => {
  const [count, total, draws] = [3, 40, 50_000];
  const draw = createMultinomial([count, total - count], createRandom(12));
  const drawn = new Uint32Array(2);
  const seen = new Array<number>(total + 1).fill(0);
  for (let i = 0; i < draws; i++) {
    draw(drawn);
    seen[drawn[0]!]!++;
  }
  let chance = (1 - count / total) ** total;
  for (let k = 0; k <= total; k++) {
    const error = Math.sqrt((chance * (1 - chance)) / draws);
    expect(Math.abs(seen[k]! / draws - chance), `${k} of ${total}`).toBeLessThanOrEqual(4.5 * error + 2 / draws);
    chance *= ((total - k) / (k + 1)) * (count / (total - count));
  }
});
