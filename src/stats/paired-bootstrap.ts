// The bootstrap interval of a mean of paired differences, such as those of two models on the same images.
import { createRandom } from '../base/random.ts';
import { type BootstrapInterval, bcaInterval } from './bca.ts';
import { createMultinomial } from './multinomial.ts';

/** A difference and the number of pairs that have it. */
export interface Tally {
  readonly value: number;
  /** An integer from 0. */
  readonly count: number;
}

/** A mean difference and its interval. */
export interface PairedBootstrap extends BootstrapInterval {
  readonly mean: number;
}

/** Options of the bootstrap. */
export interface BootstrapOptions {
  /** Between 0 and 1, exclusive. Default: 0.95. */
  readonly confidence?: number;
  /** Number of resamples, an integer from 1. Default: 10,000. */
  readonly resamples?: number;
  /** Any 32-bit integer; equal seeds give equal intervals. Default: 0. */
  readonly seed?: number;
}

/**
 * Computes the BCa interval of the mean of paired differences by resampling the pairs.
 *
 * @param differences one per pair, at least one, in any unit and order
 * @throws Error if there are none, one is not finite, or an option is out of range
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
 * Does the same for differences that are already counted. For two models these are 1 for an image that only the second has
 * right, -1 for one that only the first has right, and 0 for all others. A resample is then three counts (see
 * createMultinomial).
 *
 * @param tallies in any order, with at least one pair in total
 * @throws Error if there are no pairs, a value is not finite, a count is negative or not an integer, or an option is out
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
  // Sorted, so that the same differences in another order give the same interval.
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
 * Computes the acceleration of a mean: the skewness of the values divided by 6 times the square root of their number. The
 * jackknife influence of a value on the mean is its distance from the mean.
 *
 * @returns between -1/6 and 1/6; null if all values are equal or there are none
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
