// From what the user typed to a commit: its full hash, and how messages name it.
import { editDistance, messageOf, UserError, unknownName } from '../base/errors.ts';
import { GitError, git } from './run-git.ts';
import { shortCommit } from './short-commit.ts';

/** One commit. */
export interface Commit {
  /** All forty digits. */
  readonly hash: string;
  /** As the user named it: `main (15c7f29f)`, `15c7f29f`. */
  readonly name: string;
}

/** Branches and tags that the message about an unknown commit lists. */
const LISTED = 10;

/**
 * Names a commit in messages: by its hash, after the name that led to it.
 *
 * @param name what the user typed
 * @param hash all digits
 */
export function titleOfCommit(name: string, hash: string): string {
  const short = shortCommit(hash);
  return hash.startsWith(name) ? short : `${name} (${short})`;
}

/**
 * Finds a commit.
 *
 * @param name anything that git takes for a commit
 * @param checkout anywhere in the checkout that knows the commits
 * @returns the full hash; null when there is no such commit, no checkout or no git
 */
export async function findCommit(name: string, checkout: string): Promise<string | null> {
  // It would be taken for an option.
  if (name.startsWith('-')) return null;
  try {
    return await git(checkout, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  } catch {
    return null;
  }
}

/**
 * Finds a commit that there must be.
 *
 * @throws UserError when there is no such commit, naming the nearest branches and tags; no checkout; no git
 */
export async function resolveCommit(name: string, checkout: string): Promise<Commit> {
  const hash = await findCommit(name, checkout);
  if (hash !== null) return { hash, name: titleOfCommit(name, hash) };
  throw await unknownCommit(name, checkout);
}

/**
 * Lists the models of a commit.
 *
 * @param commit one that is there
 * @param checkout the project's root in the checkout that knows the commit
 * @returns their ids, which are the names of their files
 */
export async function modelsOfCommit({ hash }: Commit, checkout: string): Promise<string[]> {
  const files = (await git(checkout, 'ls-tree', '--name-only', hash, 'models/')).split('\n');
  return files
    .map((file) => /([^/]+)\.ts$/.exec(file)?.[1])
    .filter((id) => id !== undefined)
    .filter((id) => id !== 'index');
}

async function unknownCommit(name: string, checkout: string): Promise<UserError> {
  try {
    const refs = (
      await git(checkout, 'for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/tags', 'refs/remotes')
    ).split('\n');
    const isShallow = (await git(checkout, 'rev-parse', '--is-shallow-repository')) === 'true';
    const near = refs
      .filter((ref) => ref !== '' && !ref.endsWith('/HEAD'))
      .map((ref) => ({ ref, distance: editDistance(name, ref) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, LISTED)
      .map(({ ref }) => ref);
    const hint = isShallow
      ? 'this clone is shallow and lacks older commits: git fetch --unshallow brings them'
      : 'branches, tags and hashes of commits are understood';
    return unknownName('commit', name, ['HEAD', ...near], hint);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const isNone = /not a git repository/i.test(error.message);
    return new UserError(
      isNone
        ? `unknown commit: "${name}"; ${checkout} is no git checkout: git clone makes one, which knows the commits`
        : `unknown commit: "${name}"; git says: ${messageOf(error)}`,
    );
  }
}
