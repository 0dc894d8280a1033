// Are several models different on the same images at all? Cochran's Q, before any two of them are compared.
import gammainc from '@stdlib/math-base-special-gammainc';

/** What the test finds. */
export interface CochranQ {
  /** How unevenly the right predictions spread over the models, 0 or more; 0 when the models are right together. */
  readonly q: number;
  /** One fewer than the models. */
  readonly degrees: number;
  /** The chance of a Q at least as large if all models were equally good, by chi-square; 1 when they never differ. */
  readonly p: number;
}

/**
 * Compares the predictions of several models for the same images.
 *
 * @param truth n class indices
 * @param predictions n class indices a model, two models or more
 * @throws Error when the lengths differ, or there are fewer models
 */
export function compareByCochranQ(truth: Uint8Array, predictions: readonly Uint8Array[]): CochranQ {
  if (predictions.some(({ length }) => length !== truth.length)) {
    const lengths = predictions.map(({ length }) => length).join(', ');
    throw new Error(`cannot relate ${lengths} predictions on ${truth.length} images; all must be equal`);
  }
  return cochranQ(predictions.map((labels) => truth.map((label, i) => (labels[i] === label ? 1 : 0))));
}

/**
 * Computes Cochran's Q of k outcomes on the same n images. With k = 2 it is McNemar's chi-square without correction.
 *
 * Only images on which the models differ count. The chi-square is good for 24 outcomes or more on such images.
 *
 * @param outcomes for each model n numbers, 1 where it is right and 0 where it is wrong
 * @throws Error when there are fewer than two models, their lengths differ, or an outcome is neither 0 nor 1
 * @see Cochran, W. G. (1950). The comparison of percentages in matched samples. Biometrika 37. For the 24: Tate, M. W.
 *   and Brown, S. M. (1970). Note on the Cochran Q test. JASA 65. The tail of chi-square is a regularised incomplete
 *   gamma function: Abramowitz, M. and Stegun, I. A. (1964), 26.4.19.
 */
export function cochranQ(outcomes: readonly ArrayLike<number>[]): CochranQ {
  const models = outcomes.length;
  const images = outcomes[0]?.length ?? 0;
  if (models < 2 || outcomes.some(({ length }) => length !== images)) {
    const lengths = outcomes.map(({ length }) => length).join(', ');
    throw new Error(`cannot relate models of [${lengths}] outcomes; allowed: two or more, all of one length`);
  }
  const perModel = new Array<number>(models).fill(0);
  let split = 0;
  for (let i = 0; i < images; i++) {
    let right = 0;
    for (const [j, own] of outcomes.entries()) {
      const outcome = own[i]!;
      if (outcome !== 0 && outcome !== 1) throw new Error(`invalid outcome: ${outcome}; allowed: 0 and 1`);
      perModel[j]! += outcome;
      right += outcome;
    }
    split += right * (models - right);
  }
  const total = perModel.reduce((sum, right) => sum + right, 0);
  const squares = perModel.reduce((sum, right) => sum + right ** 2, 0);
  const degrees = models - 1;
  const q = split === 0 ? 0 : (degrees * (models * squares - total ** 2)) / split;
  return { q, degrees, p: gammainc(q / 2, degrees / 2, true, true) };
}
