// What a check is: one thing that every model must do, as data, and what it found out about a model.
import type { Trial } from './trial.ts';

/**
 * What a check found. `inconclusive`: the model gave no occasion to tell; `not-applicable`: the model does not have what
 * is checked, and need not; `not-run`: an essential check failed before it.
 */
export type CheckVerdict = 'passed' | 'failed' | 'inconclusive' | 'not-applicable' | 'not-run';

/** What a check found out about one model. */
export interface Finding {
  readonly verdict: CheckVerdict;
  /** What was seen, with its numbers: a sentence without its full stop. */
  readonly message: string;
}

/** One thing that every model must do. A file in `checks/` exports one, `index.ts` lists them. */
export interface Check {
  /** Lower case, digits, dashes. */
  readonly id: string;
  /** What the model does when it passes, as a sentence goes on: `'stops within a second when told to'`. */
  readonly title: string;
  /** What follows from a failure, a whole sentence. */
  readonly meaning: string;
  /** What to do about a failure, a whole sentence or two. */
  readonly cure: string;
  /** Whether the other checks make no sense after it failed. */
  readonly isEssential?: boolean;
  /** Whether it measures time or memory, which other work on the machine disturbs: tests leave it out. */
  readonly isMeasured?: boolean;
  /**
   * Tries the model.
   *
   * @throws Error whatever the model throws, which counts as a failure
   */
  run(trial: Trial): Promise<Finding>;
}

/** The model did as it must. */
export const passed = (message: string): Finding => ({ verdict: 'passed', message });
/** The model did what it must not. */
export const failed = (message: string): Finding => ({ verdict: 'failed', message });
/** The model gave no occasion to tell. */
export const inconclusive = (message: string): Finding => ({ verdict: 'inconclusive', message });
/** The model does not have what is checked, and need not. */
export const notApplicable = (message: string): Finding => ({ verdict: 'not-applicable', message });
