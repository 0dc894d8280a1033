// Lists the files of a folder that git tracks.
import path from 'node:path';
import { UserError } from '../base/errors.ts';
import { explainRefusal } from './checkout.ts';
import { GitError, git } from './run-git.ts';

/**
 * Lists the files of a folder that git tracks: it can bring them back.
 *
 * @param folder any existing folder
 * @returns absolute paths; empty outside of a repository, or without git
 * @throws UserError if git refuses to read the repository
 */
export async function trackedFiles(folder: string): Promise<Set<string>> {
  try {
    const listing = await git(folder, 'ls-files', '-z');
    return new Set(
      listing
        .split('\0')
        .filter(Boolean)
        .map((name) => path.resolve(folder, name)),
    );
  } catch (error) {
    const { reason, cure } = await explainRefusal(error, path.resolve(folder));
    const isOutside = error instanceof GitError && /not a git repository \(or any/i.test(error.message);
    if (isOutside || error instanceof UserError) return new Set();
    throw new UserError(`${reason}; ${cure}`, { cause: error });
  }
}
