// The order of the measured commits, and the commits between two of them.
import { groupBy } from '../../base/group-by.ts';
import type { CommitGraph } from '../../git/commit-graph.ts';
import type { FitRecord } from '../../results/schema.ts';
import type { HistoryState, Span } from './history-data.ts';

/**
 * Lists the measured commits in the order of git: parents before children. A commit that git does not know is placed by its
 * date. Uncommitted changes come after their commit.
 *
 * @param records in any order; those made outside a git checkout are left out
 * @param graph the commits that git knows
 */
export function orderStates(records: readonly FitRecord[], graph: CommitGraph): HistoryState[] {
  const places = new Map([...graph.keys()].map((hash, place) => [hash, place]));
  const states = [
    ...groupBy(
      records.flatMap(({ git }) => git ?? []),
      stateKey,
    ).values(),
  ]
    .map(([git]) => git!)
    .map(({ commit, dirty, committedAt }) => ({
      commit,
      dirty,
      committedAt,
      subject: graph.get(commit)?.subject ?? null,
    }));
  const isKnown = ({ commit }: HistoryState): boolean => places.has(commit);
  const ordered = states.filter(isKnown).sort((a, b) => places.get(a.commit)! - places.get(b.commit)! || byDirty(a, b));
  const unknown = states
    .filter((state) => !isKnown(state))
    .sort((a, b) => timeOf(a) - timeOf(b) || (a.commit < b.commit ? -1 : Number(a.commit > b.commit)) || byDirty(a, b));
  for (const state of unknown) {
    const next = ordered.findIndex((other) => timeOf(other) > timeOf(state));
    ordered.splice(next < 0 ? ordered.length : next, 0, state);
  }
  return ordered;
}

/** Gives a key for a measured commit. */
export function stateKey({ commit, dirty }: Pick<HistoryState, 'commit' | 'dirty'>): string {
  return `${commit} ${dirty}`;
}

function byDirty(a: HistoryState, b: HistoryState): number {
  return Number(a.dirty) - Number(b.dirty);
}

/** A text that is not a date comes first. */
function timeOf({ committedAt }: HistoryState): number {
  return Date.parse(committedAt) || 0;
}

/**
 * Counts the commits between two commits.
 *
 * @param graph the commits that git knows
 * @param before full hash
 * @param after full hash
 * @returns null where git does not know both
 */
export function spanBetween(graph: CommitGraph, before: string, after: string): Span | null {
  if (!graph.has(before) || !graph.has(after)) return null;
  const [known, reached] = [ancestry(graph, before), ancestry(graph, after)];
  const added = [...graph.keys()].filter((hash) => reached.has(hash) && !known.has(hash));
  return {
    commits: added.length,
    middle: added.length > 1 ? added[Math.floor(added.length / 2) - 1]! : null,
    isDescendant: reached.has(before),
  };
}

/** A commit and all its ancestors. */
function ancestry(graph: CommitGraph, hash: string): Set<string> {
  const found = new Set([hash]);
  // The loop also visits what it adds.
  for (const one of found) for (const parent of graph.get(one)?.parents ?? []) found.add(parent);
  return found;
}
