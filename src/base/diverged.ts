// The error of a fit whose loss is no longer a finite number: nothing that follows can be of use.

/** Thrown to end a fit at its first loss that is not a finite number. Records have its name as the kind of the error. */
export class Diverged extends Error {
  override readonly name = 'diverged';
}

/**
 * Writes a loss that is not a finite number as a reader says it: `not a number`, `infinite`.
 *
 * @param loss NaN, Infinity or -Infinity
 */
export function lossText(loss: number): string {
  return Number.isNaN(loss) ? 'not a number' : 'infinite';
}
