// Finds the commit where two lines of development parted.
import { git } from './run-git.ts';

/**
 * Finds the merge base of two commits.
 *
 * @param one full hash
 * @param other full hash
 * @param checkout anywhere in the checkout that knows them
 * @returns the full hash, the first that git names of several; null if they have no common ancestor
 */
export async function mergeBase(one: string, other: string, checkout: string): Promise<string | null> {
  const found = await git(checkout, 'merge-base', one, other).catch(() => '');
  return found === '' ? null : found.split('\n')[0]!;
}

/**
 * Counts the commits that only the first of two commits contains.
 *
 * @param one full hash
 * @param other full hash
 */
export async function commitsAhead(one: string, other: string, checkout: string): Promise<number> {
  return Number(await git(checkout, 'rev-list', '--count', `${other}..${one}`).catch(() => '0'));
}

/**
 * Tells whether a name is that of a branch, of this repository or of a remote one.
 *
 * @param name as the user typed it
 */
export async function isBranch(name: string, checkout: string): Promise<boolean> {
  if (name.startsWith('-')) return false;
  const full = await git(checkout, 'rev-parse', '--symbolic-full-name', name).catch(() => '');
  return /^refs\/(?:heads|remotes)\//m.test(full);
}

/** Branches that others start from, the most probable first. */
const MAIN_BRANCHES = ['refs/remotes/origin/HEAD', 'refs/heads/main', 'refs/heads/master'];
const UPSTREAM = '@{upstream}';

/**
 * Names the branch that the checked-out branch started from: its upstream, or the main branch where the upstream is only
 * the published copy of the branch.
 *
 * @param checkout anywhere in the checkout
 * @returns a name for git, such as `origin/main`; null if there is none
 */
export async function baseBranch(checkout: string): Promise<string | null> {
  const read = (...args: string[]): Promise<string> => git(checkout, ...args).catch(() => '');
  const branch = await read('symbolic-ref', '--quiet', '--short', 'HEAD');
  const upstream = await read('rev-parse', '--abbrev-ref', '--symbolic-full-name', UPSTREAM);
  const isCopy = upstream.endsWith(`/${branch}`) && !['main', 'master'].includes(branch);
  if (upstream !== '' && !isCopy) return upstream;
  for (const name of MAIN_BRANCHES) {
    const found = await read('rev-parse', '--verify', '--quiet', '--abbrev-ref', name);
    if (found !== '') return found;
  }
  return null;
}
