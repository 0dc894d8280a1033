// Draws the images that a boosted tree is grown from: mostly those that are classified badly.
import type { Random } from '../../base/random.ts';

// Resolution of the search for the limit.
const STEPS = 4096;

/** The images drawn for one tree, in ascending order. */
export interface BoostingSample {
  /** Number of images drawn; the arrays may be longer. */
  count: number;
  /** Index of the image. */
  readonly rows: Int32Array;
  /** First derivative of its loss by its score, divided by the probability of being drawn. */
  readonly slopes: Float32Array;
  /** Second derivative, divided by the same probability. */
  readonly curvatures: Float32Array;
}

/**
 * Creates an empty sample.
 *
 * @param images number of images to draw from
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
 * Draws images with a probability proportional to the absolute value of their slope p - y, at most 1, and divides slope and
 * curvature by that probability. The expected value of a sum over the sample is then the sum over all images. For the
 * softmax the curvature p (1 - p) is |slope| (1 - |slope|), so the slope alone determines how much an image matters.
 *
 * @param probabilities of one class, one per image
 * @param labels one per image
 * @param label the class
 * @param share share of the images to draw, in (0, 1]; 1 takes all
 * @param sample overwritten
 * @see Ibragimov, B. and Gusev, G. (2019). Minimal variance sampling in stochastic gradient boosting. NeurIPS 32.
 * @see Ke, G. et al. (2017). LightGBM: a highly efficient gradient boosting decision tree. NeurIPS 30, section 3. (the
 *   predecessor, one-side sampling: all large slopes and a fixed share of the rest)
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

// Returns the slope from which on every image is drawn, so that `wanted` images are drawn on average. If nearly all images
// are classified well, fewer are drawn.
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
