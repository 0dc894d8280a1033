// Reads commits with their ancestors and subjects from git.
import { git, gitWithInput } from './run-git.ts';

/** One commit. */
export interface KnownCommit {
  /** Full hashes of its parents. */
  readonly parents: readonly string[];
  /** The first line of its message. */
  readonly subject: string;
}

/** A commit and its date. */
export interface DatedCommit {
  /** Full hash. */
  readonly hash: string;
  /** ISO 8601. */
  readonly committedAt: string;
}

/** Commits by full hash, parents before children. */
export type CommitGraph = ReadonlyMap<string, KnownCommit>;

/**
 * Reads commits with all of their ancestors.
 *
 * @param hashes full hashes in any order; commits that git does not know, as after a rebase or in a shallow clone, are
 *   left out
 * @param checkout anywhere in the git checkout
 * @returns empty outside a git checkout, or without git
 */
export async function readCommits(hashes: readonly string[], checkout: string): Promise<CommitGraph> {
  // Other text could be read as an option.
  const wanted = [...new Set(hashes)].filter((hash) => /^[0-9a-f]{40,64}$/.test(hash));
  if (wanted.length === 0) return new Map();
  try {
    const args = ['rev-list', '--topo-order', '--reverse', '--ignore-missing', '--stdin', '--format=%H%x09%P%x09%s'];
    return parse(await gitWithInput(`${wanted.join('\n')}\n`, checkout, ...args));
  } catch {
    return new Map();
  }
}

/**
 * Lists the commits that branches, tags and HEAD contain.
 *
 * @param checkout anywhere in the git checkout
 * @returns full hashes and dates (ISO 8601), parents before children; empty outside a git checkout, or without git
 */
export async function reachableCommits(checkout: string): Promise<DatedCommit[]> {
  return listCommits(checkout, '--branches', '--tags', '--remotes', 'HEAD');
}

/**
 * Lists the commits that HEAD contains, and those that a merge in progress will add.
 *
 * @param checkout anywhere in the git checkout
 * @returns as `reachableCommits`
 */
export async function commitsOfHead(checkout: string): Promise<DatedCommit[]> {
  return listCommits(checkout, '--ignore-missing', 'HEAD', 'MERGE_HEAD');
}

async function listCommits(checkout: string, ...revisions: string[]): Promise<DatedCommit[]> {
  const args = ['rev-list', '--topo-order', '--reverse', '--format=%H%x09%cI', ...revisions];
  const listing = await git(checkout, ...args, '--').catch(() => '');
  return listing.split('\n').flatMap((line) => {
    const [, hash, committedAt] = /^([0-9a-f]{40,64})\t(.*)$/.exec(line) ?? [];
    return hash === undefined ? [] : [{ hash, committedAt: committedAt! }];
  });
}

function parse(listing: string): CommitGraph {
  const graph = new Map<string, KnownCommit>();
  for (const line of listing.split('\n')) {
    const [, hash, parents, subject] = /^([0-9a-f]{40,64})\t([0-9a-f ]*)\t(.*)$/.exec(line) ?? [];
    if (hash) graph.set(hash, { parents: parents!.split(' ').filter(Boolean), subject: subject! });
  }
  return graph;
}
