// Which state of the code a fit measures.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { FitRecord } from '../results/schema.ts';

/** What decides a result: a change elsewhere (records, reports, documents) does not make a checkout dirty. */
const MEASURED = ['benchmarks', 'models', 'src', 'package.json', 'package-lock.json'];

/**
 * Describes the checkout at a folder.
 *
 * @param folder anywhere inside it
 * @returns null outside a git checkout, before its first commit, or without git
 */
export async function describeGit(folder: string): Promise<FitRecord['git']> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', folder, ...args], { maxBuffer: 2 ** 26 })).stdout.trim();
  try {
    const [commit = '', committedAt = ''] = (await git('show', '-s', '--format=%H%n%cI', 'HEAD')).split('\n');
    const branch = await git('rev-parse', '--abbrev-ref', 'HEAD');
    const changes = await git('status', '--porcelain', '--', ...MEASURED.map((path) => `:(top)${path}`));
    return { commit, dirty: changes !== '', branch: branch === 'HEAD' ? null : branch, committedAt };
  } catch {
    return null;
  }
}
