// Is a mean of paired differences chance? The sign-flip test: had the two sides been swapped in each pair by a coin.
import { createRandom, type Random } from '../base/random.ts';

/** What the test finds. */
export interface SignFlip {
  /** Of the differences, in their unit. */
  readonly mean: number;
  /** The chance of a mean at least as far from 0 if in no pair it mattered which side is which; 0 by underflow only. */
  readonly p: number;
  /** Whether all flips were counted, rather than some of them drawn. */
  readonly exact: boolean;
}

/** How to draw where there are too many flips to count. */
export interface SignFlipOptions {
  /** How many flips to draw, a whole number from 1; 10,000 unless told. The smallest p is 1 / (draws + 1). */
  readonly draws?: number;
  /** Any 32-bit integer; the same seed gives the same p. 0 unless told. */
  readonly seed?: number;
}

/** Differences to turn in every way: about a million sums. */
const MOST_ENUMERATED = 20;

/** Additions to count the flips of whole numbers with, a fraction of a second. */
const MOST_COUNTED = 1e8;

/** Sums of decimals that are equal but for rounding, relative to the sum of all sizes. */
const ROUNDING = 1e-12;

/**
 * Tests, two-sided, whether paired differences are symmetric around 0.
 *
 * Exact for whole numbers, unless there are many large ones (by counting; for -1, 0 and 1 it is McNemar's exact test),
 * and for up to 20 numbers other than 0 (by enumeration). Else flips are drawn, the observed one counted among them, so
 * that p is never too small.
 *
 * @param differences one a pair, at least one, in any order
 * @throws Error when there are none, one is not finite, or the draws are not a whole number from 1
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
    // 0 is 0 either way.
    if (difference !== 0) sizes.push(Math.abs(difference));
  }
  const mean = sum / differences.length;
  const lowest = (most - Math.abs(sum)) / 2;
  if (sizes.every(Number.isSafeInteger) && Number.isSafeInteger(most) && sizes.length * lowest <= MOST_COUNTED) {
    return { mean, p: count(sizes, lowest), exact: true };
  }
  const far = Math.abs(sum) - ROUNDING * most;
  if (sizes.length <= MOST_ENUMERATED) return { mean, p: enumerate(sizes, far), exact: true };
  return { mean, p: sample(sizes, far, draws, createRandom(seed)), exact: false };
}

/**
 * Counts whole numbers by the sum of those that are flipped. A flip is as far out as the observed one when at most
 * `lowest`, or all but so much, is flipped.
 */
function count(sizes: readonly number[], lowest: number): number {
  const chances = new Float64Array(lowest + 1);
  chances[0] = 1;
  for (const size of sizes) {
    for (let flipped = lowest; flipped >= 0; flipped--) {
      chances[flipped] = (chances[flipped]! + (flipped >= size ? chances[flipped - size]! : 0)) / 2;
    }
  }
  // An even split is in both tails.
  return Math.min(1, 2 * chances.reduce((sum, chance) => sum + chance, 0));
}

/** Visits every flip, but for the first number's: to flip all is to be as far out. */
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
      // A number has 32 random bits: as many coins.
      if (i % 32 === 0) coins = random() * 2 ** 32;
      sum += coins & (1 << (i % 32)) ? sizes[i]! : -sizes[i]!;
    }
    if (Math.abs(sum) >= far) farther++;
  }
  return (farther + 1) / (draws + 1);
}
