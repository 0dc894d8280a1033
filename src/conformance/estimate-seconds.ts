// Estimates how long checks take, from the duration of one fit.
import type { Check } from './trial/check.ts';
import { MOST_LARGE_SECONDS } from './trial/large-fit.ts';

/** Images of the fit that is timed. */
const TIMED_IMAGES = 400;
/** Images of the large fit that checks share. */
const LARGE_IMAGES = 3050;
/** Starting the process, waiting for it to be idle, predictions. */
const FIXED_SECONDS = 5;

/**
 * Estimates the duration of checks, the timed fit included.
 *
 * @param checks that run
 * @param fitSeconds duration of a fit of 400 images
 * @returns seconds; networks that compile each fit may take longer
 */
export function estimateSeconds(checks: readonly Check[], fitSeconds: number): number {
  const perImage = fitSeconds / TIMED_IMAGES;
  const images = checks.reduce((sum, check) => sum + (check.images ?? 0), TIMED_IMAGES);
  const large = LARGE_IMAGES * perImage;
  const hasLarge = checks.some(({ usesLargeFit }) => usesLargeFit) && large <= MOST_LARGE_SECONDS;
  return FIXED_SECONDS + images * perImage + (hasLarge ? large : 0);
}
