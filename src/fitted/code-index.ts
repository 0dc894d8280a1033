// The code of the work tree and of all commits, and the records that belong to it.
import { version } from 'esbuild';
import { type CommitTrees, openCommitTrees } from '../git/commit-trees.ts';
import { openWorkTree } from '../git/file-tree.ts';
import type { FitRecord } from '../results/schema.ts';
import { openProjectCode, type ProjectCode } from './model-code.ts';
import { createCodeReuse } from './reuse-code.ts';

/** The code that a checkout knows. */
export interface CodeIndex {
  /**
   * Opens the code of a commit. Models whose files are no valid code there have none.
   *
   * @param commit full hash; null for the work tree, with its uncommitted changes
   * @returns null if git does not know the commit
   */
  at(commit: string | null): Promise<ProjectCode | null>;
  /**
   * Fills in the code hash of records that have none: that of their commit, if it was measured without uncommitted changes
   * and git knows it.
   *
   * @param entries records, with any other fields
   * @returns copies of those that were filled in; the others as they are
   */
  fill<T extends { readonly record: FitRecord }>(entries: readonly T[]): Promise<T[]>;
}

/**
 * Opens the code of a checkout for some work.
 *
 * @param root the project's root in the checkout that knows the commits
 * @param work receives the index, which is closed when it ends
 */
export async function withCodeIndex<T>(root: string, work: (index: CodeIndex) => Promise<T>): Promise<T> {
  const commits = openCommitTrees(root);
  try {
    return await work(createCodeIndex(root, commits));
  } finally {
    commits.close();
  }
}

function createCodeIndex(root: string, commits: CommitTrees): CodeIndex {
  const reuse = createCodeReuse();
  const opened = new Map<string, Promise<ProjectCode | null>>();
  const openCommit = async (commit: string): Promise<ProjectCode | null> => {
    const tree = await commits.at(commit);
    return tree && tolerant(openProjectCode(tree, root, reuse));
  };
  const workTree = openProjectCode(openWorkTree(root), root);
  const at = (commit: string | null): Promise<ProjectCode | null> => {
    if (commit === null) return Promise.resolve(workTree);
    let project = opened.get(commit);
    if (!project) {
      project = openCommit(commit);
      opened.set(commit, project);
    }
    return project;
  };
  const codeOf = async ({ git, model, software }: FitRecord): Promise<string | undefined> => {
    // Another esbuild writes the same code in another way: its hashes say nothing here.
    const isCurrent = model.codeHash !== undefined && [version, undefined].includes(software.packages['esbuild']);
    if (isCurrent || model.role !== 'model' || !git || git.dirty) return model.codeHash;
    const project = await at(git.commit);
    return (await project?.of(model.id, software.engine.device))?.codeHash ?? model.codeHash;
  };
  return {
    at,
    async fill(entries) {
      const filled = [];
      for (const entry of entries) {
        const { record } = entry;
        const codeHash = await codeOf(record);
        const isKnown = codeHash === undefined || codeHash === record.model.codeHash;
        filled.push(isKnown ? entry : { ...entry, record: { ...record, model: { ...record.model, codeHash } } });
      }
      return filled;
    },
  };
}

/** Old code need not be valid: whoever looks for records of other commits must not stop there. */
function tolerant(project: ProjectCode): ProjectCode {
  return {
    models: () => project.models().catch(() => []),
    of: (modelId, device) => project.of(modelId, device).catch(() => null),
  };
}
