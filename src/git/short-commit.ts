// Short commit hashes.

/** Characters of the commit in a folder's name: enough for any project that has one. */
const COMMIT_DIGITS = 8;

/**
 * Shortens a commit's hash, the same way in folders' names and in messages.
 *
 * @param hash all digits
 */
export function shortCommit(hash: string): string {
  return hash.slice(0, COMMIT_DIGITS);
}
