// Compares the fits of two models, or of one model at two commits, by a score of the same test images. Two sources of chance
// count: the random numbers of each fit (its seed) and the choice of the test images.
import { sumOfVariances, type VarianceTerm } from './satterthwaite.ts';
import { studentCriticalValue, studentTwoSidedTail } from './student-t.ts';
import { meanAndSd } from './summary.ts';

/** The score of one fit. */
export interface ScoredFit {
  /** The score of all test images, such as the accuracy. */
  readonly value: number;
  /**
   * Influence of each test image: n times the change of the score per unit of weight of the image. Their mean is 0. For the
   * accuracy it is 1 minus the accuracy where the image is predicted correctly, and minus the accuracy elsewhere.
   */
  readonly influence: Float64Array;
}

/** The scores of several fits. */
export interface FitGroup {
  /** At least one score. */
  readonly values: readonly number[];
  /** Mean over the fits of the influence of each test image. */
  readonly influence: Float64Array;
}

/** How much the scores of a model vary from seed to seed. */
export interface SeedVariance {
  /** Variance of the score of one fit. */
  readonly variance: number;
  /** Degrees of freedom of the estimate, above 0. */
  readonly degrees: number;
}

/** The difference of two means over seeds. */
export interface FitComparison {
  /** Mean after minus mean before. */
  readonly difference: number;
  readonly interval: readonly [low: number, high: number];
  /** Two-sided. */
  readonly p: number;
  readonly degrees: number;
  /** False if a side has a single fit and nothing is known of other seeds: then only the images count as chance. */
  readonly hasSeedVariance: boolean;
}

/**
 * Compares two groups of fits on the same test images.
 *
 * The variance of the difference is the sum of three terms: the variance over images of the difference of the mean
 * influences, and for each group the variance of its scores over seeds, each divided by the number of images or seeds. The
 * sum counts the interaction of seed and image twice, which is conservative: it is never smaller on average than the true
 * variance. The test is a t test with Satterthwaite's degrees of freedom. With one fit in each group and no seed variance,
 * it is the asymptotic McNemar test for the accuracy.
 *
 * @param before at least one fit, each of another seed
 * @param after likewise, on the same images
 * @param known what is known of other seeds, for a group of a single fit; null if nothing
 * @param confidence of the interval, between 0 and 1, exclusive
 * @throws Error if a group is empty or the numbers of images differ
 * @see Obuchowski, N. A. and Rockette, H. E. (1995). Hypothesis testing of diagnostic accuracy for multiple readers and
 *   multiple tests. Communications in Statistics - Simulation and Computation 24, for the model (readers are our seeds,
 *   cases our images). MacKinnon, J. G., Nielsen, M. Ø. and Webb, M. D. (2021). Wild bootstrap and asymptotic inference with
 *   multiway clustering. Journal of Business & Economic Statistics 39, for the sum without a third term. Fagerland, M. W.,
 *   Lydersen, S. and Laake, P. (2013). The McNemar test for binary matched-pairs data. BMC Medical Research Methodology 13.
 */
export function compareFits(
  before: readonly ScoredFit[],
  after: readonly ScoredFit[],
  known: SeedVariance | null = null,
  confidence = 0.95,
): FitComparison {
  return compareGroups(groupOf(before), groupOf(after), known, confidence);
}

/**
 * Compares two groups of fits whose mean influences are known.
 *
 * @param before on the same images as `after`
 * @param after likewise
 * @param known as for `compareFits`
 * @param confidence likewise
 * @throws Error if the numbers of images differ
 */
export function compareGroups(
  before: FitGroup,
  after: FitGroup,
  known: SeedVariance | null = null,
  confidence = 0.95,
): FitComparison {
  const [first, second] = [meanAndSd(before.values), meanAndSd(after.values)];
  const difference = second.mean - first.mean;
  const singles = [first, second].filter(({ count }) => count === 1).length;
  const terms: VarianceTerm[] = [
    imageTerm(before.influence, after.influence),
    ...[first, second].flatMap(({ sd, count }) =>
      sd === null ? [] : { variance: sd ** 2 / count, degrees: count - 1 },
    ),
    ...(singles > 0 && known ? [{ variance: singles * known.variance, degrees: known.degrees }] : []),
  ];
  const { variance, degrees } = sumOfVariances(terms);
  const error = Math.sqrt(variance);
  const half = error === 0 ? 0 : studentCriticalValue(1 - confidence, degrees) * error;
  return {
    difference,
    interval: [difference - half, difference + half],
    p: difference === 0 ? 1 : studentTwoSidedTail(difference / error, degrees),
    degrees,
    hasSeedVariance: singles === 0 || known !== null,
  };
}

function groupOf(fits: readonly ScoredFit[]): FitGroup {
  const [first] = fits;
  if (first && fits.length === 1) return { values: [first.value], influence: first.influence };
  const influence = new Float64Array(fits[0]?.influence.length ?? 0);
  for (const fit of fits) {
    checkLength(fit.influence, influence.length);
    for (let i = 0; i < influence.length; i++) influence[i]! += fit.influence[i]! / fits.length;
  }
  return { values: fits.map(({ value }) => value), influence };
}

function checkLength({ length }: Float64Array, expected: number): void {
  if (length === expected) return;
  throw new Error(`invalid influences of ${length} images; expected ${expected}, as for the other fits`);
}

/**
 * Estimates the variance over images of a difference of two means. The degrees of freedom follow from the kurtosis: few images
 * that differ tell little about the variance, however many images there are.
 *
 * @param before influences of all images, with mean 0
 * @param after likewise
 */
function imageTerm(before: Float64Array, after: Float64Array): VarianceTerm {
  const n = after.length;
  checkLength(before, n);
  let [squares, fourths] = [0, 0];
  for (let i = 0; i < n; i++) {
    const square = (after[i]! - before[i]!) ** 2;
    squares += square;
    fourths += square * square;
  }
  if (squares === 0) return { variance: 0, degrees: Number.POSITIVE_INFINITY };
  const kurtosis = (n * fourths) / squares ** 2;
  return { variance: squares / n ** 2, degrees: Math.max(1, (2 * n) / Math.max(kurtosis - 1, 2 / n)) };
}
