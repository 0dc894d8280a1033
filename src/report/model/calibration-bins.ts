// How often a model is right when it says that it is so sure.
import { confidenceBin } from '../../metrics/calibration-error.ts';
import { wilsonInterval } from '../../stats/wilson.ts';
import type { Answers } from './answers.ts';
import type { CalibrationBin } from './report-data.ts';

const BINS = 10;

/**
 * Sorts images into bins of equal width by the probability of the class named.
 *
 * @param answers one model's
 * @param truth of the images
 * @returns the bins that hold images, least sure first; none for a model without probabilities
 * @see Niculescu-Mizil, A. and Caruana, R. (2005). Predicting good probabilities with supervised learning. ICML.
 */
export function calibrationBins({ labels, confidence }: Answers, truth: Uint8Array): CalibrationBin[] {
  if (!confidence) return [];
  const bins = Array.from({ length: BINS }, () => ({ images: 0, right: 0, sum: 0 }));
  for (const [i, sureness] of confidence.entries()) {
    const bin = bins[confidenceBin(sureness, BINS)]!;
    bin.images++;
    bin.sum += sureness;
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
