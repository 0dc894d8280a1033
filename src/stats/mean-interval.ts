// The confidence interval of a mean accuracy over several fits that were tested on the same images.
import type { SeedVariance } from './compare-fits.ts';
import { normalQuantile } from './normal.ts';
import { sumOfVariances } from './satterthwaite.ts';
import { studentCriticalValue } from './student-t.ts';
import { summarize } from './summary.ts';
import { wilsonInterval } from './wilson.ts';

/**
 * Computes the interval of a mean proportion with two sources of chance: seeds and test images. Wilson's interval takes the
 * place of the images, for the number of images that would give the same variance; it is widened by the ratio of the
 * quantiles of Student's t and the normal distribution.
 *
 * The images count as if all fits were right on the same ones. That is the largest possible variance: how much the answers
 * of the fits agree cannot be known from the proportions alone.
 *
 * @param proportions one of each seed, in [0, 1], at least one
 * @param images number of test images, from 1
 * @param known what is known of other seeds, for a single proportion; null if nothing: then only the images count
 * @param confidence between 0 and 1, exclusive
 * @throws Error if there are no proportions, or one is outside [0, 1]
 * @see Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
 *   counts estimated from survey data. Survey Methodology 24, for the effective number of images.
 */
export function meanInterval(
  proportions: readonly number[],
  images: number,
  known: SeedVariance | null = null,
  confidence = 0.95,
): [low: number, high: number] {
  const { mean, sd, count } = summarize(proportions);
  const imageVariance = (mean * (1 - mean)) / images;
  const seeds =
    sd !== null ? { variance: sd ** 2 / count, degrees: count - 1 } : (known ?? { variance: 0, degrees: 1 });
  if (imageVariance === 0 || seeds.variance === 0) return wilsonInterval(mean * images, images, confidence);
  const total = sumOfVariances([{ variance: imageVariance, degrees: Number.POSITIVE_INFINITY }, seeds]);
  const widening = studentCriticalValue(1 - confidence, total.degrees) / -normalQuantile((1 - confidence) / 2);
  const effective = (mean * (1 - mean)) / (total.variance * widening ** 2);
  return wilsonInterval(mean * effective, effective, confidence);
}
