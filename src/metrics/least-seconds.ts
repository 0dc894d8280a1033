// The smallest differences of times that matter, whatever their ratio.
import type { FinishedRecord } from '../results/schema.ts';
import { quantile } from '../stats/summary.ts';

/** The clock of a process and the system's work vary by about as much. */
const LEAST_SECONDS = 0.01;
/** A part of a fit's cost below this does not matter for the whole. */
const LEAST_SHARE = 0.01;

/**
 * Gives the smallest difference of prediction times that matters.
 *
 * @returns 10 ms. It is no share of the fit, because a fitted model predicts many times
 */
export function leastPredictSeconds(): number {
  return LEAST_SECONDS;
}

/**
 * Gives the smallest difference of fit times that matters: a lazy learner, which only stores its images, is judged by what
 * fit and prediction take together.
 *
 * @param records finished fits of one model, at least one
 * @returns 10 ms or 1 % of the median of fit + predict, whichever is more
 */
export function leastFitSeconds(records: readonly FinishedRecord[]): number {
  return Math.max(LEAST_SECONDS, LEAST_SHARE * quantile(records.map(costSeconds), 0.5));
}

/** Gives the seconds of fit and prediction together. */
export function costSeconds({ timing }: FinishedRecord): number {
  return timing.trainSeconds + timing.predictSeconds;
}
