// A conformance check: one requirement that every model must meet, with its texts and the code that tests it.
import { messageOf } from '../../base/errors.ts';
import type { ErrorPlace } from '../../run/error-place.ts';
import type { Trial } from './trial.ts';

/**
 * Result of a check. `inconclusive`: this model and these images did not allow a decision. `not-applicable`: the model
 * lacks an optional feature that the check is about. `not-run`: an essential check failed before.
 */
export type CheckVerdict = 'passed' | 'failed' | 'inconclusive' | 'not-applicable' | 'not-run';

/** What a check found out about one model. */
export interface Finding {
  readonly verdict: CheckVerdict;
  /** What was observed, with numbers; no full stop at the end. */
  readonly message: string;
  /** The author's line at which the model failed; absent if the model threw nothing, or the stack names no such line. */
  readonly place?: ErrorPlace;
  /** The stack of what the model threw; absent without one. */
  readonly stack?: string;
}

/** One requirement for every model. Each file in `checks/` exports one; `all-checks.ts` lists them. */
export interface Check {
  /** Lower-case letters and dashes. */
  readonly id: string;
  /** The requirement as a predicate of the model: `'stops within a second of an abort'`. */
  readonly title: string;
  /** What goes wrong when a model fails the check; whole sentences. */
  readonly meaning: string;
  /** How to fix the model; whole sentences. */
  readonly cure: string;
  /** Whether all later checks depend on this one. */
  readonly isEssential?: boolean;
  /**
   * Whether it runs in `npm run doctor` only: it measures time or memory, which other programs disturb, or it fits on
   * thousands of images.
   */
  readonly isDoctorOnly?: boolean;
  /** Number of images that it fits on, beyond the fits that checks share; for the estimate of the duration. Default: 0. */
  readonly images?: number;
  /** Whether it uses the large fit that checks share. */
  readonly usesLargeFit?: boolean;
  /**
   * Runs the check.
   *
   * @throws Error whatever the model throws; it counts as a failure
   */
  run(trial: Trial): Promise<Finding>;
}

/** Makes the finding of a model that meets the requirement. */
export const passed = (message: string): Finding => ({ verdict: 'passed', message });
/** Makes the finding of a model that does not meet the requirement. */
export const failed = (message: string): Finding => ({ verdict: 'failed', message });
/**
 * Makes the finding of a model that threw.
 *
 * @param error any value
 * @param hint the rest of the message
 */
export const threw = (error: unknown, hint = ''): Finding => ({
  ...failed(`it threw: ${messageOf(error)}${hint}`),
  ...(error instanceof Error && error.stack !== undefined && { stack: error.stack }),
});
/** Makes the finding of a check that could not decide. */
export const inconclusive = (message: string): Finding => ({ verdict: 'inconclusive', message });
/** Makes the finding of a check for a feature that the model does not have. */
export const notApplicable = (message: string): Finding => ({ verdict: 'not-applicable', message });
