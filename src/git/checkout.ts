// Describes the checked-out code: commit, branch, uncommitted changes.
import { git } from './run-git.ts';

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

/** Files that can change a result. Changes of other files, such as records, reports and documents, do not count. */
const MEASURED = ['benchmarks', 'models', 'src', 'package.json', 'package-lock.json'];

/**
 * Describes the checkout at a folder.
 *
 * @param folder anywhere in the checkout
 * @returns null outside a git checkout, before the first commit, or without git
 */
export async function describeGit(folder: string): Promise<CheckoutState | null> {
  try {
    const [commit = '', committedAt = ''] = (await git(folder, 'show', '-s', '--format=%H%n%cI', 'HEAD')).split('\n');
    const branch = await git(folder, 'rev-parse', '--abbrev-ref', 'HEAD');
    const changes = await git(folder, 'status', '--porcelain', '--', ...MEASURED.map((path) => `:(top)${path}`));
    return { commit, dirty: changes !== '', branch: branch === 'HEAD' ? null : branch, committedAt };
  } catch {
    return null;
  }
}
