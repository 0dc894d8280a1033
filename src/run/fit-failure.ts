// The error of a fit that its process has caused: what the model threw, or what is wrong with an answer.
import type { FitError } from './describe-error.ts';

/** Thrown when a request has failed. */
export class FitFailure extends Error {
  override readonly name = 'FitFailure';
  /** As records have it. */
  readonly error: FitError;

  constructor(error: FitError) {
    super(error.message);
    this.error = error;
  }
}

/** Thrown when the process of a fit has ended before it answered. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}
