// What counts as training, and what as evaluation. The clock of the harness decides where the model's process claims
// something else.
import type { FitAnswerTimes } from './fit-session.ts';
import type { Span } from './span.ts';

/** A pass over the validation images during the fit may take this many times as long as one afterwards. */
const PASS_FACTOR = 2;
/** Each pass also copies weights; the first one may compile what later ones use. */
const PASS_SECONDS = 0.02;
const FIRST_PASS_SECONDS = 0.5;
/** Largest difference between a claim and the clock of the harness: messages take time. */
const CLAIM_SECONDS = 0.5;
const CLAIM_SHARE = 0.1;

/** The times of a fit as records have them. */
export interface FitDuration {
  readonly trainSeconds: number;
  readonly evaluateSeconds: number;
  /** The part of `trainSeconds` that ran inside `evaluating`. */
  readonly excessSeconds: number;
}

/**
 * Divides the duration of a fit. Work inside `evaluating` counts as evaluation only as far as it could be passes over the
 * validation images, one for each point of the learning curve and one more.
 *
 * @param claimed the times that the model's process measured
 * @param span of the fit, as the harness measured it
 * @param passSeconds duration of one pass over the validation images after the fit; 0 without validation images
 */
export function divideFit(claimed: FitAnswerTimes, span: Span, passSeconds: number): FitDuration {
  const { evaluations, earlier, curve } = claimed;
  const fitSeconds = isNear(claimed.fitSeconds, span) ? claimed.fitSeconds : span.wallSeconds;
  const longest = evaluations.toSorted((a, b) => b - a).slice(0, curve.length + 1);
  const most = PASS_FACTOR * passSeconds + PASS_SECONDS;
  const inside = sum(evaluations);
  const allowed = sum(longest.map((seconds) => Math.min(seconds, most))) + FIRST_PASS_SECONDS;
  const excessSeconds = Math.max(0, inside - allowed);
  const evaluated = Math.min(fitSeconds, inside - excessSeconds + claimed.checkpointSeconds);
  return {
    trainSeconds: earlier.trainSeconds + fitSeconds - evaluated,
    evaluateSeconds: earlier.evaluateSeconds + evaluated,
    excessSeconds,
  };
}

/**
 * Tells whether a duration that the model's process claims agrees with the clock of the harness.
 *
 * @param claimedSeconds of one request
 * @param span of the request
 */
export function isNear(claimedSeconds: number, { wallSeconds }: Span): boolean {
  return Math.abs(claimedSeconds - wallSeconds) <= CLAIM_SECONDS + CLAIM_SHARE * wallSeconds;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
