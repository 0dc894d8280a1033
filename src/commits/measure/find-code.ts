// Finds the code of a record whose commit is lost, or that was measured with uncommitted changes.
import { withCodeIndex } from '../../fitted/code-index.ts';
import { isOfCode } from '../../fitted/model-code.ts';
import { titleOfCommit } from '../../git/commit.ts';
import { reachableCommits } from '../../git/commit-graph.ts';
import type { FitRecord } from '../../results/schema.ts';
import { relocateRecords } from '../history/relocate-records.ts';
import { type Revision, WORK_TREE } from './measure-commit.ts';

/**
 * Finds code that is equal to that of a record: a commit that a branch or tag contains, else the work tree.
 *
 * @param record of one of our models
 * @param checkout the project's root
 * @returns null if the code is nowhere
 */
export async function findCodeOf(record: FitRecord, checkout: string): Promise<Revision | null> {
  return withCodeIndex(checkout, async (index) => {
    const [filled] = await index.fill([{ record }]);
    const own = filled!.record;
    const { records } = await relocateRecords([own], await reachableCommits(checkout), index);
    const { git } = records[0]!;
    if (git !== null && records[0] !== own) return { hash: git.commit, name: titleOfCommit(git.commit, git.commit) };
    const code = await (await index.at(null))?.of(own.model.id, own.software.engine.device);
    return code && isOfCode(own, code) ? WORK_TREE : null;
  });
}
