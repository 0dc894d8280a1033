// The sign-flip permutation test: is the mean of paired differences different from 0?
import { createRandom, type Random } from '../base/random.ts';

/** Result of the sign-flip test. */
export interface SignFlip {
  /** Mean of the differences, in their unit. */
  readonly mean: number;
  /** Two-sided p-value: the probability of a mean at least as far from 0 if signs were random; 0 only by underflow. */
  readonly p: number;
  /** Whether all sign flips were counted; otherwise they were sampled. */
  readonly exact: boolean;
}

/** Options for sampling sign flips if there are too many to count. */
export interface SignFlipOptions {
  /** Number of sampled flips, an integer from 1. Default: 10,000. The smallest p-value is 1 / (draws + 1). */
  readonly draws?: number;
  /** Any 32-bit integer; equal seeds give equal p-values. Default: 0. */
  readonly seed?: number;
}

/** Most differences for which all flips are enumerated: about a million sums. */
const MAX_ENUMERATED = 20;

/** Most additions for counting the flips of integers, a fraction of a second. */
const MAX_COUNTED = 1e8;

/** Sums are equal if they differ by less than this share of the sum of all absolute values (rounding error). */
const ROUNDING = 1e-12;

/**
 * Tests, two-sided, whether paired differences are symmetric around 0.
 *
 * The p-value is exact for integers, except for many large ones (flips are counted; for -1, 0 and 1 this is McNemar's exact
 * test), and for up to 20 differences other than 0 (flips are enumerated). Otherwise flips are sampled, and the observed
 * one is counted among them, so that p is never too small.
 *
 * @param differences one per pair, at least one, in any order
 * @throws Error if there are none, one is not finite, or `draws` is not an integer from 1
 * @see Fisher, R. A. (1935). The design of experiments, section 21. For the draws: Phipson, B. and Smyth, G. K. (2010).
 *   Permutation p-values should never be zero. Statistical Applications in Genetics and Molecular Biology 9.
 */
export function signFlipTest(
  differences: ArrayLike<number>,
  { draws = 10_000, seed = 0 }: SignFlipOptions = {},
): SignFlip {
  if (!Number.isSafeInteger(draws) || draws < 1)
    throw new Error(`invalid number of draws: ${draws}; allowed: 1, 2, ...`);
  if (differences.length === 0) throw new Error('cannot test an empty list');
  const sizes: number[] = [];
  let sum = 0;
  let most = 0;
  for (let i = 0; i < differences.length; i++) {
    const difference = differences[i]!;
    if (!Number.isFinite(difference)) throw new Error(`cannot test ${difference}: only finite numbers`);
    sum += difference;
    most += Math.abs(difference);
    // A difference of 0 has no sign to flip.
    if (difference !== 0) sizes.push(Math.abs(difference));
  }
  const mean = sum / differences.length;
  const lowest = (most - Math.abs(sum)) / 2;
  if (sizes.every(Number.isSafeInteger) && Number.isSafeInteger(most) && sizes.length * lowest <= MAX_COUNTED) {
    return { mean, p: count(sizes, lowest), exact: true };
  }
  const far = Math.abs(sum) - ROUNDING * most;
  if (sizes.length <= MAX_ENUMERATED) return { mean, p: enumerate(sizes, far), exact: true };
  return { mean, p: sample(sizes, far, draws, createRandom(seed)), exact: false };
}

/**
 * Counts the flips of integers by the sum of the flipped ones. A flip is at least as extreme as the observed one if the
 * flipped ones sum up to at most `lowest`, or to at least the total minus `lowest`.
 */
function count(sizes: readonly number[], lowest: number): number {
  const chances = new Float64Array(lowest + 1);
  chances[0] = 1;
  for (const size of sizes) {
    for (let flipped = lowest; flipped >= 0; flipped--) {
      chances[flipped] = (chances[flipped]! + (flipped >= size ? chances[flipped - size]! : 0)) / 2;
    }
  }
  // An even split belongs to both tails.
  return Math.min(1, 2 * chances.reduce((sum, chance) => sum + chance, 0));
}

/** Visits all flips that keep the first sign: flipping all signs gives an equally extreme sum. */
function enumerate(sizes: readonly number[], far: number): number {
  let farther = 0;
  const visit = (i: number, sum: number): void => {
    if (i === sizes.length) {
      if (Math.abs(sum) >= far) farther++;
      return;
    }
    visit(i + 1, sum + sizes[i]!);
    visit(i + 1, sum - sizes[i]!);
  };
  visit(1, sizes[0]!);
  return farther / 2 ** (sizes.length - 1);
}

function sample(sizes: readonly number[], far: number, draws: number, random: Random): number {
  let farther = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    let coins = 0;
    for (let i = 0; i < sizes.length; i++) {
      // A random number has 32 bits and gives 32 signs.
      if (i % 32 === 0) coins = random() * 2 ** 32;
      sum += coins & (1 << (i % 32)) ? sizes[i]! : -sizes[i]!;
    }
    if (Math.abs(sum) >= far) farther++;
  }
  return (farther + 1) / (draws + 1);
}
