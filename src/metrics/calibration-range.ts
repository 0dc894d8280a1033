// The range of the calibration error that the confidences of a record allow. They are stored in steps of 1/255.
import { CALIBRATION_BINS, confidenceBin } from './calibration-error.ts';

/** A stored confidence is within half a step of the probability. */
const HALF_STEP = 1 / 510;
/** For the rounding errors of sums over all images. */
const ROUNDING = 1e-6;
const STEPS = 255;
/** The bin of each confidence that can be stored, and whether its probability may be in another. */
const BINS = Array.from({ length: STEPS + 1 }, (_, step) => confidenceBin(step / STEPS, CALIBRATION_BINS));
const IS_AT_EDGE = BINS.map((bin, step) =>
  [-HALF_STEP, HALF_STEP].some((half) => confidenceBin(step / STEPS + half, CALIBRATION_BINS) !== bin),
);

/**
 * Computes how far the calibration error of the exact probabilities can be from that of the stored confidences. Each
 * confidence may be off by half a step, which changes the error by at most half a step. Steps of 1/255 divide the 15 bins
 * evenly, so that an edge of a bin is itself a step: an image at an edge may belong to the bin on either side of it. It
 * then changes two bins by its own gap.
 *
 * @param truth n class indices, n at least 1
 * @param prediction labels and stored confidences of n images
 * @returns the lowest and the highest calibration error, not clipped to 0 to 1
 */
export function calibrationRange(
  truth: Uint8Array,
  { labels, confidence }: { readonly labels: Uint8Array; readonly confidence: Float64Array },
): readonly [low: number, high: number] {
  const gaps = new Float64Array(CALIBRATION_BINS);
  let ambiguous = 0;
  for (let i = 0; i < truth.length; i++) {
    const value = confidence[i]!;
    const gap = (labels[i] === truth[i] ? 1 : 0) - value;
    const step = Math.round(value * STEPS);
    gaps[BINS[step]!]! += gap;
    if (IS_AT_EDGE[step]) ambiguous += 2 * (Math.abs(gap) + HALF_STEP);
  }
  const error = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / truth.length;
  const tolerance = ambiguous / truth.length + HALF_STEP + ROUNDING;
  return [error - tolerance, error + tolerance];
}
