// What git says of the commits that records name: which come after which, and what they are called.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** One commit. */
export interface KnownCommit {
  /** Full hashes. */
  readonly parents: readonly string[];
  /** First line of its message. */
  readonly subject: string;
}

/** Commits by full hash, parents before children. */
export type CommitGraph = ReadonlyMap<string, KnownCommit>;

/** Room for the list of commits of the largest repositories, in bytes. */
const MOST_OUTPUT = 2 ** 28;

/**
 * Reads commits with all their ancestors.
 *
 * @param hashes full hashes, in any order; what git does not know, as after a rebase or in a shallow clone, is left out
 * @param checkout anywhere in the git checkout
 * @returns empty outside of a git checkout, or without git
 */
export async function readCommits(hashes: readonly string[], checkout: string): Promise<CommitGraph> {
  // Anything else could be taken for an option.
  const wanted = [...new Set(hashes)].filter((hash) => /^[0-9a-f]{40,64}$/.test(hash));
  if (wanted.length === 0) return new Map();
  try {
    const args = ['rev-list', '--topo-order', '--reverse', '--ignore-missing', '--stdin', '--format=%H%x09%P%x09%s'];
    const listing = promisify(execFile)('git', ['-C', checkout, ...args], { maxBuffer: MOST_OUTPUT });
    // A git that is missing or stops early closes the pipe; the listing itself says so.
    listing.child.stdin?.on('error', () => undefined).end(`${wanted.join('\n')}\n`);
    return parse((await listing).stdout);
  } catch {
    return new Map();
  }
}

function parse(listing: string): CommitGraph {
  const graph = new Map<string, KnownCommit>();
  for (const line of listing.split('\n')) {
    const [, hash, parents, subject] = /^([0-9a-f]{40,64})\t([0-9a-f ]*)\t(.*)$/.exec(line) ?? [];
    if (hash) graph.set(hash, { parents: parents!.split(' ').filter(Boolean), subject: subject! });
  }
  return graph;
}
