// Describes the checked-out code: commit, branch, uncommitted changes; or why there is no commit.
import { access } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.ts';
import { GitError, git } from './run-git.ts';

/** The checked-out code. */
export interface CheckoutState {
  /** Full hash of HEAD. */
  commit: string;
  /** Whether files that can change a result have uncommitted changes. */
  dirty: boolean;
  /** null on a detached HEAD. */
  branch: string | null;
  /** ISO 8601. */
  committedAt: string;
}

/** Why there is no commit to name. */
export interface NoCommit {
  /** In one line, without a full stop. */
  readonly reason: string;
  /** What to do about it, likewise. */
  readonly cure: string;
}

/** What git says of a project's folder. */
export type Checkout =
  | { readonly state: CheckoutState; readonly noCommit: null }
  | { readonly state: null; readonly noCommit: NoCommit };

/** Files that can change a result. Changes of other files, such as records, reports and documents, do not count. */
const MEASURED = ['benchmarks', 'models', 'src', 'package.json', 'package-lock.json'];

/**
 * Describes the checkout of a project.
 *
 * @param root the project's folder, which may be a folder of a larger repository
 */
export async function describeCheckout(root: string): Promise<Checkout> {
  try {
    const listing = await git(root, 'rev-list', '--max-count=1', '--format=%H%x09%cI', 'HEAD', '--');
    const [, commit, committedAt] = /^([0-9a-f]{40,64})\t(.*)$/m.exec(listing) ?? [];
    if (commit === undefined) throw new GitError(`git rev-list printed no commit: ${listing}`);
    const status = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--ignore-submodules=none'];
    const changes = await git(root, ...status, '--', ...MEASURED);
    const state = { commit, dirty: changes !== '', branch: await branchOf(root), committedAt: committedAt! };
    return { state, noCommit: null };
  } catch (error) {
    return { state: null, noCommit: await explainRefusal(error, root) };
  }
}

/**
 * Finds out why git refuses a project's folder.
 *
 * @param error that a git command threw
 * @param root the project's folder
 * @throws the error itself if git did not throw it
 */
export async function explainRefusal(error: unknown, root: string): Promise<NoCommit> {
  if (error instanceof UserError) return { reason: error.message, cure: 'install git' };
  if (!(error instanceof GitError)) throw error;
  const [, owned] = /(?:dubious ownership in repository at |unsafe repository \()'([^']+)'/.exec(error.message) ?? [];
  if (owned !== undefined) {
    return {
      reason: `git refuses to read ${owned}: another user owns it`,
      cure: `if you trust it: git config --global --add safe.directory '${owned}'`,
    };
  }
  const repository = await repositoryOf(root);
  if (repository === null) {
    return { reason: `${root} is not a git checkout`, cure: 'clone the project with git clone' };
  }
  if (await isUnborn(root)) return { reason: 'the repository has no commit yet', cure: 'git commit makes one' };
  const message = error.message.replaceAll(/\s+/g, ' ');
  return { reason: `git cannot read ${repository}: ${message}`, cure: 'git fsck shows what is damaged' };
}

async function branchOf(root: string): Promise<string | null> {
  const name = await git(root, 'symbolic-ref', '--quiet', 'HEAD').catch(() => '');
  return name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null;
}

/** Tells whether the branch that HEAD names has no commit yet. A damaged repository is not unborn. */
async function isUnborn(root: string): Promise<boolean> {
  try {
    const branch = await git(root, 'symbolic-ref', '--quiet', 'HEAD');
    return (await git(root, 'for-each-ref', '--format=x', branch)) === '';
  } catch {
    return false;
  }
}

/** The nearest `.git`, readable or not, in the folder or a folder above it. */
async function repositoryOf(folder: string): Promise<string | null> {
  const candidate = path.join(folder, '.git');
  if (
    await access(candidate).then(
      () => true,
      () => false,
    )
  )
    return candidate;
  const parent = path.dirname(folder);
  return parent === folder ? null : repositoryOf(parent);
}
