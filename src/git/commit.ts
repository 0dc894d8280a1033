// Finds commits by name: their full hash, their models, and how messages name them.
import { editDistance, UserError, unknownName } from '../base/errors.ts';
import { explainRefusal } from './checkout.ts';
import { GitError, git } from './run-git.ts';
import { shortCommit } from './short-commit.ts';

/** One commit. */
export interface Commit {
  /** Full hash. */
  readonly hash: string;
  /** Its name in messages: `main (15c7f29f)`, `15c7f29f`. */
  readonly name: string;
}

/** Number of branches and tags in the message about an unknown commit. */
const LISTED = 10;

/**
 * Names a commit for messages, by the user's name and the short hash.
 *
 * @param name what the user typed
 * @param hash full hash
 */
export function titleOfCommit(name: string, hash: string): string {
  const short = shortCommit(hash);
  return hash.startsWith(name) ? short : `${name} (${short})`;
}

/**
 * Finds a commit.
 *
 * @param name a branch, tag, hash, or anything else that git accepts as a commit
 * @param checkout anywhere in the checkout that knows the commits
 * @returns the full hash; null if there is no such commit, no checkout or no git
 * @throws UserError if git refuses to read the checkout, such as that of another user
 */
export async function findCommit(name: string, checkout: string): Promise<string | null> {
  // git would read it as an option.
  if (name.startsWith('-')) return null;
  try {
    return await git(checkout, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  } catch (error) {
    // Silent: git has no such name.
    if (!(error instanceof GitError) || error.message.startsWith('Command failed')) return null;
    if (/not a git repository \(or any/i.test(error.message)) return null;
    const { reason, cure } = await explainRefusal(error, checkout);
    throw new UserError(`${reason}; ${cure}`, { cause: error });
  }
}

/**
 * Finds a commit that must exist.
 *
 * @throws UserError if there is no such commit (the message names similar branches and tags), no checkout or no git
 */
export async function resolveCommit(name: string, checkout: string): Promise<Commit> {
  const hash = await findCommit(name, checkout);
  if (hash !== null) return { hash, name: titleOfCommit(name, hash) };
  throw await unknownCommit(name, checkout);
}

/**
 * Lists the models of a commit.
 *
 * @param commit an existing commit
 * @param checkout the project's root in the checkout that knows the commit
 * @returns their ids, which are their file names without `.ts`
 */
export async function modelsOfCommit({ hash }: Commit, checkout: string): Promise<string[]> {
  const files = (await git(checkout, 'ls-tree', '-z', '--name-only', hash, 'models/')).split('\0');
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
      ? 'this clone is shallow and lacks older commits: git fetch --unshallow gets them'
      : 'use a branch, a tag or the hash of a commit';
    return unknownName('commit', name, ['HEAD', ...near], hint);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const { reason, cure } = await explainRefusal(error, checkout);
    return new UserError(`unknown commit: "${name}"; ${reason}: ${cure}`);
  }
}
