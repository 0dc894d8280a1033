// Bins of a reliability diagram: accuracy by confidence.
import { confidenceBin } from '../../metrics/calibration-error.ts';
import { wilsonInterval } from '../../stats/wilson.ts';
import type { Answers } from './answers.ts';
import type { CalibrationBin } from './image-data.ts';

const BINS = 10;

/**
 * Sorts images into bins of equal width by the probability of the predicted class.
 *
 * @param answers of one model
 * @param truth of the images
 * @returns the bins that hold images, lowest confidence first; none for a model without probabilities
 * @see Niculescu-Mizil, A. and Caruana, R. (2005). Predicting good probabilities with supervised learning. ICML.
 */
export function calibrationBins({ labels, confidence }: Answers, truth: Uint8Array): CalibrationBin[] {
  if (!confidence) return [];
  const bins = Array.from({ length: BINS }, () => ({ images: 0, right: 0, sum: 0 }));
  for (const [i, probability] of confidence.entries()) {
    const bin = bins[confidenceBin(probability, BINS)]!;
    bin.images++;
    bin.sum += probability;
    if (labels[i] === truth[i]) bin.right++;
  }
  return bins
    .filter(({ images }) => images > 0)
    .map(({ images, right, sum }) => ({
      images,
      confidence: sum / images,
      accuracy: right / images,
      interval: wilsonInterval(right, images),
    }));
}
