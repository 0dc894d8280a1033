// Random counts of a multinomial distribution: how often each kind occurs in a bootstrap resample.
import type { Random } from '../base/random.ts';

/**
 * Creates a generator of resamples: as many draws with replacement as there are items, counted by kind.
 *
 * If there are few kinds and many items, it draws one binomial per kind, conditional on the kinds before it, and searches
 * from the mode outwards. The number of steps grows with the square root of a count: a resample of 10,000 images, right or
 * wrong, takes about a hundred steps. Otherwise it makes every draw. Both draw from the same distribution.
 *
 * @param counts k integers from 0: number of items of each kind
 * @param random the generator to draw from
 * @returns a function that fills k numbers, whose sum is the sum of the counts
 * @see Davis, C. S. (1993). The computer generation of multinomial random variates. Computational Statistics & Data
 *   Analysis 16. Kemp, C. D. (1986). A modal method for generating binomial variables. Communications in Statistics -
 *   Theory and Methods 15.
 */
export function createMultinomial(counts: readonly number[], random: Random): (drawn: Uint32Array) => void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  // A binomial takes about as long as 16 single draws.
  return counts.length * 16 <= total ? byBinomials(counts, total, random) : oneByOne(counts, total, random);
}

function oneByOne(counts: readonly number[], total: number, random: Random): (drawn: Uint32Array) => void {
  const kinds = new Uint32Array(total);
  for (let kind = 0, start = 0; kind < counts.length; start += counts[kind]!, kind++) {
    kinds.fill(kind, start, start + counts[kind]!);
  }
  return (drawn) => {
    drawn.fill(0);
    for (let i = 0; i < total; i++) drawn[kinds[Math.floor(random() * total)]!]!++;
  };
}

function byBinomials(counts: readonly number[], total: number, random: Random): (drawn: Uint32Array) => void {
  const logFactorial = new Float64Array(total + 1);
  for (let i = 2; i <= total; i++) logFactorial[i] = logFactorial[i - 1]! + Math.log(i);
  return (drawn) => {
    let draws = total;
    let items = total;
    for (const [kind, count] of counts.entries()) {
      drawn[kind] = drawBinomial(draws, count / items, logFactorial, random);
      draws -= drawn[kind]!;
      items -= count;
    }
  };
}

/** Draws a binomial by inversion: consecutive parts of [0, 1) belong to the outcomes, beginning with the mode. */
function drawBinomial(n: number, share: number, logFactorial: Float64Array, random: Random): number {
  if (n === 0 || share === 0) return 0;
  if (share === 1) return n;
  const mode = Math.min(n, Math.floor((n + 1) * share));
  const logWays = logFactorial[n]! - logFactorial[mode]! - logFactorial[n - mode]!;
  const peak = Math.exp(logWays + mode * Math.log(share) + (n - mode) * Math.log1p(-share));
  const odds = share / (1 - share);
  let left = random() - peak;
  let [low, high, lowChance, highChance] = [mode, mode, peak, peak];
  while (left >= 0 && (low > 0 || high < n)) {
    if (high < n) {
      highChance *= ((n - high) / (high + 1)) * odds;
      left -= highChance;
      high++;
      if (left < 0) return high;
    }
    if (low > 0) {
      lowChance *= low / ((n - low + 1) * odds);
      left -= lowChance;
      low--;
      if (left < 0) return low;
    }
  }
  // The first part was hit, or rounding left a small rest of [0, 1).
  return mode;
}
