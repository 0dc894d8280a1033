// Finds commits by name: their full hash, their models, and how messages name them.
import { editDistance, UserError, unknownName } from '../base/errors.ts';
import { explainRefusal } from './checkout.ts';
import { mergeBase } from './merge-base.ts';
import { GitError, git } from './run-git.ts';
import { shortCommit } from './short-commit.ts';

/** One commit. */
export interface Commit {
  /** Full hash. */
  readonly hash: string;
  /** Its name in messages: `main (15c7f29f)`, `15c7f29f`. */
  readonly name: string;
}

/** Two names with three dots between them stand for their merge base. */
const MERGE_BASE = /^((?:(?!\.\.).)*)\.\.\.((?:(?!\.\.).)*)$/s;
/** git's messages when it does not read a repository at all. */
const REFUSAL = /dubious ownership|unsafe repository|not a git repository/i;
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
 * @param name a branch, tag, hash, or anything else that git accepts as a commit; `main...topic` is the merge base, where
 *   an omitted name is HEAD
 * @param checkout anywhere in the checkout that knows the commits
 * @returns the full hash; null if there is no such commit, no checkout or no git
 * @throws UserError if the name is that of a tag and a branch, or git refuses to read the checkout, such as that of
 *   another user
 */
export async function findCommit(name: string, checkout: string): Promise<string | null> {
  // git would read it as an option.
  if (name.startsWith('-')) return null;
  const [, one, other] = MERGE_BASE.exec(name) ?? [];
  if (one !== undefined) {
    const ends = await Promise.all([one, other!].map((end) => findCommit(end || 'HEAD', checkout)));
    return ends[0] && ends[1] ? mergeBase(ends[0], ends[1], checkout) : null;
  }
  await refuseTwoRefs(name, checkout);
  try {
    return await git(checkout, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  } catch (error) {
    // Silent: git has no such name.
    if (!(error instanceof GitError) || error.message.startsWith('Command failed')) return null;
    if (/not a git repository \(or any/i.test(error.message)) return null;
    if (!REFUSAL.test(error.message)) {
      const said = error.message.replace(/^(?:fatal|error): /, '').split('\n')[0];
      throw new UserError(`unknown commit: "${name}"; git says: ${said}`, { cause: error });
    }
    const { reason, cure } = await explainRefusal(error, checkout);
    throw new UserError(`${reason}; ${cure}`, { cause: error });
  }
}

/** Refuses the name of a branch and a tag that stand for different commits: git would take the tag. */
async function refuseTwoRefs(name: string, checkout: string): Promise<void> {
  const plain = name.replace(/[~^@:].*$/s, '');
  if (plain === '') return;
  const places = ['heads', 'tags'].map((place) => `refs/${place}/${plain}`);
  const listing = await git(
    checkout,
    'for-each-ref',
    '--format=%(refname)%09%(objectname)%09%(*objectname)',
    ...places,
  ).catch(() => '');
  const refs = listing.split('\n').filter((line) => places.includes(line.split('\t')[0]!));
  const commits = new Set(refs.map((line) => line.split('\t').slice(1).filter(Boolean).at(-1)));
  if (commits.size > 1) {
    throw new UserError(
      `ambiguous name: "${plain}" is a branch and a tag; write heads/${plain} for the branch, tags/${plain} for the tag`,
    );
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
