// From resampled statistics to an interval: their percentiles, corrected for bias and skewness.
import { normalQuantile, normalUpperTail } from './normal.ts';
import { quantile } from './summary.ts';

/** An interval, and how it came about. */
export interface BootstrapInterval {
  readonly low: number;
  readonly high: number;
  /** Percentile where BCa is undefined. */
  readonly method: 'bca' | 'percentile';
}

/**
 * Finds the bias-corrected and accelerated (BCa) interval of a statistic, equivariant under every increasing transform.
 *
 * The plain percentile interval stands in where BCa is undefined: without an acceleration (all values equal, and so the
 * resamples: the interval is a point), with all resamples on one side of the observed value (too few of them), and
 * where the acceleration leaves no share to take (confidence out of all proportion to the values).
 *
 * @param resampled the statistic of each resample, at least one
 * @param observed the statistic of the sample itself
 * @param acceleration a sixth of the skewness of the jackknife's influence values over the root of their number; null
 *   when undefined
 * @param confidence between 0 and 1, both excluded
 * @throws Error when there are no resamples, one is not finite, or the confidence not within (0, 1)
 * @see Efron, B. (1987). Better bootstrap confidence intervals. JASA 82.
 */
export function bcaInterval(
  resampled: readonly number[],
  observed: number,
  acceleration: number | null,
  confidence = 0.95,
): BootstrapInterval {
  if (!(confidence > 0 && confidence < 1)) {
    throw new Error(`invalid confidence: ${confidence}; allowed: between 0 and 1`);
  }
  const tail = (1 - confidence) / 2;
  const moved =
    acceleration === null ? null : movedShares(biasCorrection(resampled, observed), acceleration, normalQuantile(tail));
  const [low, high] = moved ?? [tail, 1 - tail];
  return { low: quantile(resampled, low), high: quantile(resampled, high), method: moved ? 'bca' : 'percentile' };
}

/**
 * Computes the bias correction z0: where a standard normal has as much below it as the resamples have below the
 * observed value, equal ones counted half.
 *
 * @param resampled the statistic of each resample, at least one
 * @param observed the statistic of the sample itself
 * @returns 0 without bias; infinite when all resamples lie on one side
 * @throws Error when there are no resamples
 */
export function biasCorrection(resampled: readonly number[], observed: number): number {
  if (resampled.length === 0) throw new Error('cannot find the bias of an empty list');
  let below = 0;
  for (const value of resampled) below += value < observed ? 1 : value === observed ? 0.5 : 0;
  return normalQuantile(below / resampled.length);
}

/** The shares of the resamples below the two ends of the interval; null where undefined. */
function movedShares(bias: number, acceleration: number, z: number): [low: number, high: number] | null {
  const [low, high] = [bias + z, bias - z];
  const isDefined = (end: number) => Number.isFinite(end) && acceleration * end < 1;
  const share = (end: number) => normalUpperTail(-(bias + end / (1 - acceleration * end)));
  return isDefined(low) && isDefined(high) ? [share(low), share(high)] : null;
}
