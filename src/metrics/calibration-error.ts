// Expected calibration error: how far the confidence of a model is from its accuracy.
import type { Prediction } from '../types.ts';
import type { StoredPrediction } from './metric.ts';

/** Bins of confidence in records and reports. */
export const CALIBRATION_BINS = 15;

/**
 * Averages |accuracy - confidence| over equal-width bins of confidence, weighted by the images in each. The confidence
 * is the probability of the predicted class; bin b of B holds (b / B, (b + 1) / B], the first one 0 as well.
 *
 * @param truth n class indices
 * @param prediction labels of n images, with or without probabilities
 * @param classCount number of classes
 * @param bins number of bins, at least 1
 * @returns 0 to 1; null when there are no images or no probabilities
 * @see Guo, C. et al. (2017). On calibration of modern neural networks. ICML, equation 3.
 */
export function calibrationError(
  truth: Uint8Array,
  { labels, probabilities }: Prediction,
  classCount: number,
  bins = CALIBRATION_BINS,
): number | null {
  if (truth.length === 0 || !probabilities) return null;
  // The number of images in a bin cancels out: the bin's share times its mean gap is the sum of its gaps over all images.
  const gaps = new Float64Array(bins);
  for (let i = 0; i < truth.length; i++) {
    // The rounding of a softmax may leave slightly more than 1.
    const confidence = Math.min(1, probabilities[i * classCount + labels[i]!]!);
    gaps[confidenceBin(confidence, bins)]! += (labels[i] === truth[i] ? 1 : 0) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / truth.length;
}

/**
 * Computes the influence of each image on the calibration error: the distance of its bin is positive or negative, and the
 * image moves it by the difference of its outcome and its confidence.
 *
 * @param truth n class indices
 * @param prediction labels and confidences of n images
 * @returns n numbers with mean 0, up to rounding; null without images or confidences
 */
export function calibrationInfluence(truth: Uint8Array, { labels, confidence }: StoredPrediction): Float64Array | null {
  if (!confidence || truth.length === 0) return null;
  const bins = Uint8Array.from(confidence, (value) => confidenceBin(value, CALIBRATION_BINS));
  const gaps = confidence.map((value, i) => (labels[i] === truth[i] ? 1 : 0) - value);
  const sums = new Float64Array(CALIBRATION_BINS);
  gaps.forEach((gap, i) => {
    sums[bins[i]!]! += gap;
  });
  const error = sums.reduce((sum, gap) => sum + Math.abs(gap), 0) / truth.length;
  return gaps.map((gap, i) => Math.sign(sums[bins[i]!]!) * gap - error);
}

/**
 * Finds the bin of a confidence among bins of equal width: bin b of B holds (b / B, (b + 1) / B], the first one 0 as well.
 *
 * @param confidence 0 to 1
 * @param bins number of bins, at least 1
 * @returns 0 to bins - 1
 */
export function confidenceBin(confidence: number, bins: number): number {
  return Math.max(0, Math.ceil(Math.min(1, confidence) * bins) - 1);
}
