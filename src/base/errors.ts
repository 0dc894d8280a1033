// Errors of the user's making. Everything else that is thrown is a fault of ours and keeps its stack.

/**
 * A fault of the user's: a wrong name, a corrupt file, a missing tool. The command line prints its message without a
 * stack and exits with 2. A message says what, the value, what was allowed and what to do.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/**
 * Says what went wrong in one line, whatever was thrown.
 *
 * @param error anything a `catch` may receive
 */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Builds the error for a name that is not in a list: `unknown model: "knm"; did you mean "knn"? (npm run models lists all)`.
 *
 * @param what the kind of thing, singular (`'model'`)
 * @param name the name as given
 * @param known every name that would have been right
 * @param hint what to do, printed in parentheses
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
