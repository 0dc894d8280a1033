// McNemar's exact test: do two models, or two versions of one, differ on the same images?
import betainc from '@stdlib/math-base-special-betainc';

/** Comparison of two predictions, image by image. */
export interface PairedDifference {
  /** Number of images that only the second prediction has right. */
  readonly fixed: number;
  /** Number of images that only the first prediction has right. */
  readonly broke: number;
  /** Probability of a split at least as uneven if both were equally good; 1 if they never differ. */
  readonly p: number;
}

/**
 * Compares two predictions on the images where exactly one of them is right.
 *
 * @param truth n class indices
 * @param before n class indices
 * @param after n class indices
 * @throws Error if the lengths differ
 */
export function compareByMcNemar(truth: Uint8Array, before: Uint8Array, after: Uint8Array): PairedDifference {
  const { fixed, broke } = countFlips(truth, before, after);
  return { fixed, broke, p: mcnemar(fixed, broke) };
}

/**
 * Counts the images where exactly one of two predictions is right.
 *
 * @param truth n class indices
 * @param before n class indices
 * @param after n class indices
 * @throws Error if the lengths differ
 */
export function countFlips(
  truth: Uint8Array,
  before: Uint8Array,
  after: Uint8Array,
): Pick<PairedDifference, 'fixed' | 'broke'> {
  if (before.length !== truth.length || after.length !== truth.length) {
    throw new Error(
      `invalid predictions: ${before.length} and ${after.length} for ${truth.length} images; expected one per image`,
    );
  }
  let fixed = 0;
  let broke = 0;
  for (let i = 0; i < truth.length; i++) {
    // Most images do not flip.
    if (before[i] === after[i]) continue;
    if (after[i] === truth[i]) fixed++;
    else if (before[i] === truth[i]) broke++;
  }
  return { fixed, broke };
}

/**
 * Computes the exact two-sided p-value of McNemar's test: the binomial test of the discordant pairs against one half.
 *
 * @param fixed number of pairs in favour of one side, an integer from 0
 * @param broke number of pairs in favour of the other side, an integer from 0
 * @returns 0 to 1; 1 without discordant pairs
 * @throws Error if a count is negative or not an integer
 * @see McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions.
 *   Psychometrika 12.
 */
export function mcnemar(fixed: number, broke: number): number {
  for (const count of [fixed, broke]) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new Error(`invalid count of pairs: ${count}; allowed: 0, 1, ...`);
  }
  const fewer = Math.min(fixed, broke);
  if (fixed === broke) return 1;
  // The lower tail of the binomial distribution as an incomplete beta function: Abramowitz and Stegun (1964), 26.5.24.
  return Math.min(1, 2 * betainc(0.5, Math.max(fixed, broke), fewer + 1));
}
