// Work trees of other commits in the cache. They are kept for later runs; the least recently used are removed.
import { realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../base/cache.ts';
import { trimCache } from '../../base/cache-policy.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { markLastUsed } from '../../base/last-used.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { Commit } from '../../git/commit.ts';
import { GitError, git } from '../../git/run-git.ts';
import { tryLock, waitForLock } from './lock.ts';
import { providePackages, unlinkPackages } from './packages.ts';

/** The user's git hooks must not run here. */
const NO_HOOKS = ['-c', 'core.hooksPath=/dev/null'];
const ANOTHER_DISK = 'set FITTING_ROOM_CACHE to a folder on another disk';
/** What to do about an error of the file system, by its code or git's message. */
const CURES: readonly (readonly [RegExp, string])[] = [
  [/ENOSPC|no space left/i, `the disk is full: make room, or ${ANOTHER_DISK}`],
  [/EDQUOT|quota exceeded/i, `the disk quota is used up: make room, or ${ANOTHER_DISK}`],
  [/EACCES|EPERM|EROFS|permission denied|read-only/i, `no permission to write there: ${ANOTHER_DISK}`],
  [/ENOTDIR|EEXIST/, 'there is a file in place of a folder: set FITTING_ROOM_CACHE to a folder'],
];

/** Options of a work tree. */
export interface TreeOptions {
  /** The project's root in the checkout that knows the commit. Its packages are used if they are the same. */
  readonly checkout: string;
  /** Stops the preparation of the tree, not the work in it. */
  readonly signal: AbortSignal;
  /** Called before each slow step. */
  report(step: string): void;
}

/** Names the folder of all work trees and inboxes. */
export function treesFolder(): string {
  return cacheFolder('worktrees');
}

/**
 * Names a tree's folder.
 *
 * @param hash full hash of the commit
 */
export function treeFolder(hash: string): string {
  return path.join(treesFolder(), hash.slice(0, 12));
}

/**
 * Does some work in a work tree of a commit, with its packages. The user's own tree, index and branch stay unchanged. The
 * tree is locked meanwhile.
 *
 * @param commit what is checked out
 * @param options the checkout, listener and abort signal
 * @param work receives the project's root in the tree
 * @returns the result of `work`
 * @throws UserError if the tree cannot be made, such as on a full disk; the signal's reason when aborted
 */
export async function withTree<T>(
  commit: Commit,
  options: TreeOptions,
  work: (root: string) => Promise<T>,
): Promise<T> {
  const folder = treeFolder(commit.hash);
  const release = await withCures(async () => {
    await makeFolder(treesFolder());
    return waitForLock(folder, {
      signal: options.signal,
      onWaiting: () => options.report(`waiting for another run of ${commit.name}`),
    });
  });
  try {
    return await work(await withCures(() => prepare(folder, commit, options)));
  } finally {
    await release();
  }
}

/** Makes the tree, or completes it. The caller holds its lock. */
async function prepare(folder: string, commit: Commit, { checkout, signal, report }: TreeOptions): Promise<string> {
  const root = path.resolve(folder, await git(checkout, 'rev-parse', '--show-prefix'));
  const isMade = !(await isWhole(folder, commit.hash));
  if (isMade) {
    report(`checking out ${commit.name}`);
    await removeTree(folder, root, checkout);
    await git(checkout, ...NO_HOOKS, 'worktree', 'add', '--detach', '--force', '--quiet', folder, commit.hash);
  }
  await markLastUsed(folder);
  await providePackages(
    { tree: root, own: checkout },
    {
      signal,
      onInstalling: (remark) =>
        report(`installing the packages of ${commit.name}${remark === undefined ? '' : `: ${remark}`}`),
    },
  );
  if (isMade) await removeOld(path.relative(folder, root), checkout);
  return root;
}

/** Tells whether all files of the commit exist unchanged; a killed run may have left an incomplete tree. */
async function isWhole(folder: string, hash: string): Promise<boolean> {
  try {
    const [top, head] = (await git(folder, 'rev-parse', '--show-toplevel', 'HEAD')).split('\n');
    // Without its own `.git`, git would find that of a parent folder.
    if (head !== hash || path.resolve(top!) !== (await realpath(folder))) return false;
    return (await git(folder, 'status', '--porcelain', '--untracked-files=no')) === '';
  } catch (error) {
    if (error instanceof UserError) throw error;
    return false;
  }
}

async function removeTree(folder: string, root: string, checkout: string): Promise<void> {
  await unlinkPackages(root);
  // It may be a tree of another clone, or unknown to git.
  await git(checkout, 'worktree', 'remove', '--force', '--force', folder).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}

/** Removes trees beyond the limit of the cache, and git's entries of trees that no longer exist; never one in use. */
async function removeOld(rootInTree: string, checkout: string): Promise<void> {
  const remove = (folder: string): Promise<void> =>
    whileLocked(folder, () => removeTree(folder, path.join(folder, rootInTree), checkout));
  await trimCache('worktrees', { remove });
  for (const folder of await goneTrees(checkout)) await remove(folder);
}

/**
 * Removes a work tree that is not in use. git forgets it at the next measurement of a commit.
 *
 * @param folder from `treeFolder`
 */
export function removeUnusedTree(folder: string): Promise<void> {
  return whileLocked(folder, () => rm(folder, { recursive: true, force: true }));
}

/** Does some work unless another process has locked the folder. */
async function whileLocked(folder: string, work: () => Promise<void>): Promise<void> {
  const release = await tryLock(folder);
  if (release) await work().finally(release);
}

/** Trees that git knows but that no longer exist, because the cache was emptied. */
async function goneTrees(checkout: string): Promise<string[]> {
  const ours = await realpath(treesFolder());
  const known = (await git(checkout, 'worktree', 'list', '--porcelain'))
    .split('\n')
    .flatMap((line) => (line.startsWith('worktree ') ? [path.resolve(line.slice('worktree '.length))] : []))
    .filter((folder) => path.dirname(folder) === ours);
  const isThere = await Promise.all(known.map((folder) => stat(folder).catch(() => null)));
  return known.filter((_, i) => isThere[i] === null);
}

async function withCures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || !(code !== undefined || error instanceof GitError)) throw error;
    const cure = CURES.find(([pattern]) => pattern.test(`${code ?? ''} ${messageOf(error)}`))?.[1];
    if (cure !== undefined)
      throw new UserError(`cannot make a work tree in ${treesFolder()}: ${cure}`, { cause: error });
    if (error instanceof GitError) {
      throw new UserError(`cannot make a work tree in ${treesFolder()}; git says: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
