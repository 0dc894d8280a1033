// Gives records of lost commits and of uncommitted changes the commit that has their code now.
import { groupBy } from '../../base/group-by.ts';
import type { CodeIndex } from '../../fitted/code-index.ts';
import { isOfCode } from '../../fitted/model-code.ts';
import { shortCommit } from '../../git/short-commit.ts';
import type { FitRecord } from '../../results/schema.ts';

/** A commit of the present branches. */
export interface ReachableCommit {
  /** Full hash. */
  readonly hash: string;
  /** ISO 8601. */
  readonly committedAt: string;
}

/** Records, and what was changed. */
export interface Relocated {
  /** In the order that they came. */
  readonly records: readonly FitRecord[];
  /** Sentences about the commits that the records were measured at. */
  readonly notes: readonly string[];
}

/**
 * Gives a record whose commit is on no branch any more (after an amend, rebase or squash), or that was measured with
 * uncommitted changes, the earliest commit of a branch that has the same code. Records whose code no such commit has stay
 * as they are.
 *
 * @param records their code hashes filled in
 * @param commits those that branches and tags contain, parents before children; without any, nothing changes
 * @param index the code of these commits
 */
export async function relocateRecords(
  records: readonly FitRecord[],
  commits: readonly ReachableCommit[],
  index: CodeIndex,
): Promise<Relocated> {
  const reachable = new Set(commits.map(({ hash }) => hash));
  const isLost = ({ git, model }: FitRecord): boolean =>
    model.role === 'model' && git !== null && (git.dirty || !reachable.has(git.commit));
  const places = new Map<FitRecord, ReachableCommit>();
  for (const group of groupBy(records.filter(isLost), codeOf).values()) {
    const place = await firstWithCode(group[0]!, commits, index);
    if (place) for (const record of group) places.set(record, place);
  }
  const notes = [...groupBy([...places.keys()], (record) => noteOf(record, places.get(record)!)).entries()].map(
    ([note, group]) => `${[...new Set(group.map(({ model }) => model.id))].join(', ')}: ${note}`,
  );
  return {
    records: records.map((record) => {
      const place = places.get(record);
      if (!place) return record;
      const { hash: commit, committedAt } = place;
      return { ...record, git: { ...record.git!, commit, committedAt, dirty: false } };
    }),
    notes,
  };
}

/** A key that is equal for records of the same code. */
function codeOf({ model, software }: FitRecord): string {
  return JSON.stringify([model.id, software.engine.device, model.codeHash ?? model.sourceHash]);
}

async function firstWithCode(
  record: FitRecord,
  commits: readonly ReachableCommit[],
  index: CodeIndex,
): Promise<ReachableCommit | null> {
  for (const commit of commits) {
    const code = await (await index.at(commit.hash))?.of(record.model.id, record.software.engine.device);
    if (code && isOfCode(record, code)) return commit;
  }
  return null;
}

function noteOf({ git }: FitRecord, { hash }: ReachableCommit): string {
  const measured = `${shortCommit(git!.commit)}${git!.dirty ? ' with uncommitted changes' : ''}`;
  return `measured at ${measured}, shown at ${shortCommit(hash)}, which has the same code`;
}
