// Which images a boosted tree is shaped by: those that are classified badly, and a fair share of the rest.
import type { Random } from '../../base/random.ts';

// Steps of the slope's size that the limit is searched in.
const STEPS = 4096;

/** The images drawn for one tree, in ascending order. */
export interface BoostingSample {
  /** How many were drawn; the arrays may be longer. */
  count: number;
  /** Which image. */
  readonly rows: Int32Array;
  /** First derivative of its loss by its score, over the chance that it was drawn with. */
  readonly slopes: Float32Array;
  /** Second derivative, over the same chance. */
  readonly curvatures: Float32Array;
}

/**
 * Makes room for a sample.
 *
 * @param images how many there are to draw from
 */
export function createSample(images: number): BoostingSample {
  return {
    count: 0,
    rows: new Int32Array(images),
    slopes: new Float32Array(images),
    curvatures: new Float32Array(images),
  };
}

/**
 * Draws images with a chance in proportion to the size of their slope p - y, at most 1, and divides by the chance, so
 * that every sum over the sample has the sum over all images for its mean. For the softmax the curvature p (1 - p) is
 * |slope| (1 - |slope|): the size of the slope alone says how much an image matters.
 *
 * @param probabilities of one class, one an image
 * @param labels one an image
 * @param label the class
 * @param share of the images to draw, in (0, 1]; 1 takes all
 * @param sample overwritten
 * @see Ibragimov, B. and Gusev, G. (2019). Minimal variance sampling in stochastic gradient boosting. NeurIPS 32.
 * @see Ke, G. et al. (2017). LightGBM: a highly efficient gradient boosting decision tree. NeurIPS 30, section 3. (the
 *   forerunner, one-side sampling: all of the largest slopes and a fixed share of the rest)
 */
export function drawSample(
  probabilities: Float32Array,
  labels: Uint8Array,
  label: number,
  share: number,
  random: Random,
  sample: BoostingSample,
): void {
  const { rows, slopes, curvatures } = sample;
  const limit = share < 1 ? findLimit(probabilities, labels, label, share * labels.length) : 0;
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i]!;
    const slope = labels[i] === label ? p - 1 : p;
    const size = Math.abs(slope);
    let weight = 1;
    if (size < limit) {
      if (random() * limit >= size) continue;
      weight = limit / size;
    }
    rows[count] = i;
    slopes[count] = slope * weight;
    curvatures[count++] = size * (1 - size) * weight;
  }
  sample.count = count;
}

// The size of slope from which on every image is drawn, so that `wanted` images are drawn on average. When nearly all are
// classified well there are fewer.
function findLimit(probabilities: Float32Array, labels: Uint8Array, label: number, wanted: number): number {
  const counts = new Int32Array(STEPS + 1);
  let rest = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i]!;
    const size = labels[i] === label ? 1 - p : p;
    rest += size;
    counts[(size * STEPS) | 0]!++;
  }
  let above = 0;
  for (let step = STEPS; step > 1; step--) {
    above += counts[step]!;
    rest -= (counts[step]! * (step + 0.5)) / STEPS;
    if (above + Math.max(0, rest) / (step / STEPS) >= wanted) return step / STEPS;
  }
  return 1 / STEPS;
}
