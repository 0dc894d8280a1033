// How far apart are two models, or two versions of one? The bootstrap interval of a mean of paired differences.
import { createRandom } from '../base/random.ts';
import { type BootstrapInterval, bcaInterval } from './bca.ts';
import { createMultinomial } from './multinomial.ts';

/** A difference, and how many pairs have it. */
export interface Tally {
  readonly value: number;
  /** A whole number from 0. */
  readonly count: number;
}

/** A mean difference and the interval around it. */
export interface PairedBootstrap extends BootstrapInterval {
  readonly mean: number;
}

/** How to resample. */
export interface BootstrapOptions {
  /** Between 0 and 1, both excluded; 0.95 unless told. */
  readonly confidence?: number;
  /** How often to resample, a whole number from 1; 10,000 unless told. */
  readonly resamples?: number;
  /** Any 32-bit integer; the same seed gives the same interval. 0 unless told. */
  readonly seed?: number;
}

/**
 * Finds the BCa interval of the mean of paired differences, the pairs being drawn anew.
 *
 * @param differences one a pair, at least one, in their own unit and any order
 * @throws Error when there are none, one is not finite, or an option is out of range
 * @see Efron, B. (1987). Better bootstrap confidence intervals. JASA 82.
 */
export function pairedBootstrap(differences: ArrayLike<number>, options?: BootstrapOptions): PairedBootstrap {
  const counts = new Map<number, number>();
  for (let i = 0; i < differences.length; i++) {
    counts.set(differences[i]!, (counts.get(differences[i]!) ?? 0) + 1);
  }
  return pairedBootstrapOfTallies(
    Array.from(counts, ([value, count]) => ({ value, count })),
    options,
  );
}

/**
 * Finds the same of differences that are already counted: of two models, 1 for an image that only the second has right,
 * -1 for one that only the first has right, 0 for the others. A resample is then three counts: see createMultinomial.
 *
 * @param tallies in any order, of at least one pair in all
 * @throws Error when there are no pairs, a value is not finite, a count is negative or not whole, or an option is out
 *   of range
 */
export function pairedBootstrapOfTallies(
  tallies: readonly Tally[],
  { confidence = 0.95, resamples = 10_000, seed = 0 }: BootstrapOptions = {},
): PairedBootstrap {
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    throw new Error(`invalid number of resamples: ${resamples}; allowed: 1, 2, ...`);
  }
  for (const { value, count } of tallies) {
    if (!Number.isFinite(value)) throw new Error(`cannot resample ${value}: only finite numbers`);
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new Error(`invalid count of pairs: ${count}; allowed: 0, 1, ...`);
    }
  }
  // One order, so that the same differences give the same interval.
  const kinds = tallies.filter(({ count }) => count > 0).sort((a, b) => a.value - b.value);
  if (kinds.length === 0) throw new Error('cannot resample an empty list');
  const counts = kinds.map(({ count }) => count);
  const pairs = counts.reduce((sum, count) => sum + count, 0);
  const meanOf = (own: ArrayLike<number>) => kinds.reduce((sum, { value }, i) => sum + value * own[i]!, 0) / pairs;
  const mean = meanOf(counts);
  const draw = createMultinomial(counts, createRandom(seed));
  const drawn = new Uint32Array(kinds.length);
  const means = Array.from({ length: resamples }, () => {
    draw(drawn);
    return meanOf(drawn);
  });
  return { mean, ...bcaInterval(means, mean, accelerationOfMean(kinds), confidence) };
}

/**
 * Computes the acceleration of a mean: a sixth of the skewness of the values over the root of their number, for what
 * the jackknife finds of a mean is each value's distance from it.
 *
 * @returns between -1/6 and 1/6; null when all values are equal, or there are none
 * @see Efron, B. (1987). Better bootstrap confidence intervals. JASA 82, section 7.
 */
export function accelerationOfMean(tallies: readonly Tally[]): number | null {
  const sumOf = (term: (value: number) => number) =>
    tallies.reduce((sum, { value, count }) => sum + term(value) * count, 0);
  const present = tallies.filter(({ count }) => count > 0);
  if (new Set(present.map(({ value }) => value)).size < 2) return null;
  const mean = sumOf((value) => value) / sumOf(() => 1);
  return sumOf((value) => (value - mean) ** 3) / (6 * sumOf((value) => (value - mean) ** 2) ** 1.5);
}
