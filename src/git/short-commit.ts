// Short commit hashes, as folder names and messages show them.

/** Digits of a short hash. */
const COMMIT_DIGITS = 8;

/**
 * Shortens the hash of a commit.
 *
 * @param hash full hash
 */
export function shortCommit(hash: string): string {
  return hash.slice(0, COMMIT_DIGITS);
}
