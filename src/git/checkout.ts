// Which state of the code a fit measures.
import { git } from './run-git.ts';

/** The code of a checkout. */
export interface CheckoutState {
  /** Full hash of HEAD. */
  commit: string;
  /** Whether what decides a result has uncommitted changes. */
  dirty: boolean;
  /** null on a detached HEAD. */
  branch: string | null;
  /** ISO 8601. */
  committedAt: string;
}

/** What decides a result: a change elsewhere (records, reports, documents) does not make a checkout dirty. */
const MEASURED = ['benchmarks', 'models', 'src', 'package.json', 'package-lock.json'];

/**
 * Describes the checkout at a folder.
 *
 * @param folder anywhere inside it
 * @returns null outside a git checkout, before its first commit, or without git
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
