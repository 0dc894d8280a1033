// Are two models, or two versions of one, different on the same images? McNemar's test in its exact form.

/** Two predictions of the same images, compared image by image. */
export interface PairedDifference {
  /** Images that only the second prediction has right. */
  readonly fixed: number;
  /** Images that only the first prediction has right. */
  readonly broke: number;
  /** The chance of a split at least as uneven if both were equally good; 1 when they never differ. */
  readonly p: number;
}

/**
 * Compares two predictions on the images where just one of them is right.
 *
 * @param truth n class indices
 * @param before n class indices
 * @param after n class indices
 * @throws Error when the lengths differ
 */
export function compareByMcNemar(truth: Uint8Array, before: Uint8Array, after: Uint8Array): PairedDifference {
  if (before.length !== truth.length || after.length !== truth.length) {
    throw new Error(
      `cannot pair ${before.length} predictions with ${after.length} on ${truth.length} images; all must be equal`,
    );
  }
  let fixed = 0;
  let broke = 0;
  for (let i = 0; i < truth.length; i++) {
    const wasRight = before[i] === truth[i];
    const isRight = after[i] === truth[i];
    if (isRight && !wasRight) fixed++;
    if (wasRight && !isRight) broke++;
  }
  return { fixed, broke, p: mcnemar(fixed, broke) };
}

/**
 * Computes the exact two-sided p-value of McNemar's test: the binomial test of the discordant pairs against one half.
 *
 * @param fixed pairs that speak for one side, a whole number from 0
 * @param broke pairs that speak for the other side, a whole number from 0
 * @returns 0 to 1; 1 when there are no discordant pairs
 * @throws Error when a count is negative or not whole
 * @see McNemar, Q. (1947). Note on the sampling error of the difference between correlated proportions.
 *   Psychometrika 12.
 */
export function mcnemar(fixed: number, broke: number): number {
  for (const count of [fixed, broke]) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new Error(`invalid count of pairs: ${count}; allowed: 0, 1, ...`);
  }
  const n = fixed + broke;
  const fewer = Math.min(fixed, broke);
  // ln of C(n, fewer) / 2^n: in logarithms, for 2^n overflows at 1,024 pairs.
  let logTerm = -n * Math.LN2;
  for (let i = 1; i <= fewer; i++) logTerm += Math.log((n - fewer + i) / i);
  // The tail below, in units of that term: C(n, k - 1) is C(n, k) x k / (n - k + 1).
  let tail = 0;
  for (let k = fewer, ratio = 1; k >= 0 && tail + ratio !== tail; k--) {
    tail += ratio;
    ratio *= k / (n - k + 1);
  }
  // An even split is in both tails.
  return Math.min(1, 2 * tail * Math.exp(logTerm));
}
