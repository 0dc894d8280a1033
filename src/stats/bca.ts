// The BCa bootstrap interval: percentiles of resampled statistics, corrected for bias and skewness.
import { normalQuantile, normalUpperTail } from './normal.ts';
import { quantile } from './summary.ts';

/** A bootstrap interval and the method that gave it. */
export interface BootstrapInterval {
  readonly low: number;
  readonly high: number;
  /** `percentile` where BCa is undefined. */
  readonly method: 'bca' | 'percentile';
}

/**
 * Computes the bias-corrected and accelerated (BCa) interval of a statistic. It is equivariant under increasing
 * transformations.
 *
 * Where BCa is undefined, the result is the percentile interval. That is the case without an acceleration (all values are
 * equal, and the interval is a point), if all resamples lie on one side of the observed value (too few resamples), and if
 * the acceleration leaves no valid percentile (the confidence is too high for these values).
 *
 * @param resampled the statistic of each resample, at least one
 * @param observed the statistic of the sample
 * @param acceleration skewness of the jackknife influence values, divided by 6 times the square root of their number; null
 *   if undefined
 * @param confidence between 0 and 1, exclusive
 * @throws Error if there are no resamples, if one is not finite, or if the confidence is not within (0, 1)
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
 * Computes the bias correction z0: the standard normal quantile of the share of resamples below the observed value.
 * Resamples equal to it count half.
 *
 * @param resampled the statistic of each resample, at least one
 * @param observed the statistic of the sample
 * @returns 0 without bias; infinite if all resamples lie on one side
 * @throws Error if there are no resamples
 */
export function biasCorrection(resampled: readonly number[], observed: number): number {
  if (resampled.length === 0) throw new Error('cannot find the bias of an empty list');
  let below = 0;
  for (const value of resampled) below += value < observed ? 1 : value === observed ? 0.5 : 0;
  return normalQuantile(below / resampled.length);
}

/** Returns the shares of resamples below the two ends of the interval; null where undefined. */
function movedShares(bias: number, acceleration: number, z: number): [low: number, high: number] | null {
  const [low, high] = [bias + z, bias - z];
  const isDefined = (end: number) => Number.isFinite(end) && acceleration * end < 1;
  const share = (end: number) => normalUpperTail(-(bias + end / (1 - acceleration * end)));
  return isDefined(low) && isDefined(high) ? [share(low), share(high)] : null;
}
