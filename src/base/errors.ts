// Errors that the user can fix. All other errors are bugs and are shown with their stack.

/**
 * An error that the user can fix: a wrong name, a corrupt file, a missing tool. The command line prints its message
 * without a stack and exits with status 2. The message says what is wrong, the value, what was expected and what to do.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/**
 * Returns the message of anything that was thrown.
 *
 * @param error any value that a `catch` may receive
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Creates the error for an unknown name: `unknown model: "knm"; did you mean "knn"? known: knn, svm (npm run models lists
 * all)`.
 *
 * @param what the kind of thing, singular (`'model'`)
 * @param name the name that was given
 * @param known all valid names
 * @param hint what to do, shown in parentheses
 */
export function unknownName(what: string, name: string, known: readonly string[], hint?: string): UserError {
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)[0];
  const guess = nearest ? `did you mean "${nearest.candidate}"? known: ` : 'known: ';
  const tail = hint ? ` (${hint})` : '';
  return new UserError(`unknown ${what}: "${name}"; ${guess}${known.join(', ')}${tail}`);
}

/**
 * Counts the single-character insertions, deletions and substitutions between two strings.
 *
 * @see Levenshtein, V. I. (1966). Binary codes capable of correcting deletions, insertions and reversals.
 */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
