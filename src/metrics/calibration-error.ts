// Expected calibration error: how far a model's confidence is from how often it is right.
import type { Prediction } from '../types.ts';

/**
 * Averages |accuracy - confidence| over equal-width bins of confidence, weighted by the images in each. The confidence
 * is the probability of the class predicted; bin b of B holds (b / B, (b + 1) / B], the first one 0 as well.
 *
 * @param truth n class indices
 * @param prediction labels of n images, with or without probabilities
 * @param classCount number of classes
 * @param bins how many bins, at least 1
 * @returns 0 to 1; null when there are no images or no probabilities
 * @see Guo, C. et al. (2017). On calibration of modern neural networks. ICML, equation 3.
 */
export function calibrationError(
  truth: Uint8Array,
  { labels, probabilities }: Prediction,
  classCount: number,
  bins = 15,
): number | null {
  if (truth.length === 0 || !probabilities) return null;
  // The images of a bin cancel out: its share times its mean gap is the gap of its sums over all images.
  const gaps = new Float64Array(bins);
  for (let i = 0; i < truth.length; i++) {
    // Rounding of a softmax may leave a hair more than 1.
    const confidence = Math.min(1, probabilities[i * classCount + labels[i]!]!);
    gaps[confidenceBin(confidence, bins)]! += (labels[i] === truth[i] ? 1 : 0) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / truth.length;
}

/**
 * Finds the bin of a confidence among bins of equal width: bin b of B holds (b / B, (b + 1) / B], the first one 0 as well.
 *
 * @param confidence 0 to 1
 * @param bins how many bins, at least 1
 * @returns 0 to bins - 1
 */
export function confidenceBin(confidence: number, bins: number): number {
  return Math.max(0, Math.ceil(Math.min(1, confidence) * bins) - 1);
}
