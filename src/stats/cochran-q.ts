// Cochran's Q test: do several models differ on the same images?
import gammainc from '@stdlib/math-base-special-gammainc';

/** Result of Cochran's Q test. */
export interface CochranQ {
  /** The statistic, 0 or more; 0 if all models are right on the same images. */
  readonly q: number;
  /** Degrees of freedom: the number of models minus 1. */
  readonly degrees: number;
  /** Probability of a Q at least as large if all models were equally good (chi-square); 1 if they never differ. */
  readonly p: number;
}

/**
 * Compares the predictions of several models for the same images.
 *
 * @param truth n class indices
 * @param predictions n class indices per model, for at least two models
 * @throws Error if the lengths differ or there are fewer models
 */
export function compareByCochranQ(truth: Uint8Array, predictions: readonly Uint8Array[]): CochranQ {
  if (predictions.some(({ length }) => length !== truth.length)) {
    const lengths = predictions.map(({ length }) => length).join(', ');
    throw new Error(`invalid predictions: ${lengths} for ${truth.length} images; expected one per image and model`);
  }
  return cochranQ(predictions.map((labels) => truth.map((label, i) => (labels[i] === label ? 1 : 0))));
}

/**
 * Computes Cochran's Q of k outcomes on the same n images. For k = 2 it is McNemar's chi-square without correction.
 *
 * Only images on which the models differ count. The chi-square approximation is good from 24 outcomes on such images.
 *
 * @param outcomes n numbers per model: 1 where it is right, 0 where it is wrong
 * @throws Error if there are fewer than two models, their lengths differ, or an outcome is neither 0 nor 1
 * @see Cochran, W. G. (1950). The comparison of percentages in matched samples. Biometrika 37. For the 24: Tate, M. W.
 *   and Brown, S. M. (1970). Note on the Cochran Q test. JASA 65. The tail of chi-square is a regularised incomplete
 *   gamma function: Abramowitz, M. and Stegun, I. A. (1964), 26.4.19.
 */
export function cochranQ(outcomes: readonly ArrayLike<number>[]): CochranQ {
  const models = outcomes.length;
  const images = outcomes[0]?.length ?? 0;
  if (models < 2 || outcomes.some(({ length }) => length !== images)) {
    const lengths = outcomes.map(({ length }) => length).join(', ');
    throw new Error(`invalid outcomes of lengths [${lengths}]; expected two or more models of equal length`);
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
