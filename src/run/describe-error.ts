// Turns anything that a model throws into text, even if reading it throws again.

import type { ErrorPlace } from './error-place.ts';

/** The error of a fit that did not finish. */
export interface FitError {
  readonly kind: string;
  readonly message: string;
  readonly stack: string | null;
  /** The author's line; absent if the stack names none. */
  readonly place?: ErrorPlace;
}

/** Longest text of an error that is kept, in characters. */
const MAX_TEXT = 4000;

/**
 * Describes an error. A `UserError` needs no stack.
 *
 * @param error any value that a `catch` may receive
 * @returns texts of at most 4,000 characters; what is not a text or cannot be read is described
 */
export function describeError(error: unknown): FitError {
  const kind = textOf(() => (error instanceof Error ? error.name : 'Error')) ?? 'Error';
  const message = textOf(() => (error instanceof Error ? error.message : error));
  const stack = textOf(() => (error instanceof Error && kind !== 'UserError' ? error.stack : null));
  return { kind: kind || 'Error', message: message ?? 'the error that was thrown has no readable message', stack };
}

/** Reads a text, or writes a simple value as text; null if that is not possible. */
function textOf(read: () => unknown): string | null {
  try {
    const value = read();
    return value === null || value === undefined ? null : String(value).slice(0, MAX_TEXT);
  } catch {
    return null;
  }
}
