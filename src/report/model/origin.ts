// Where records come from: how many commits, days and machines.
import { integer } from '../../document/format.ts';
import type { FitRecord } from '../../results/schema.ts';

/** Counts over the records that a table shows. */
export interface Origin {
  /** Commits; records outside a git checkout count as one more. */
  readonly commits: number;
  /** Days (UTC) on which fits began. */
  readonly days: number;
  readonly machines: number;
}

/**
 * Counts commits, days and machines.
 *
 * @param records those shown, at least one
 */
export function originOf(records: readonly FitRecord[]): Origin {
  const count = (key: (record: FitRecord) => string): number => new Set(records.map(key)).size;
  return {
    commits: count(({ git }) => git?.commit ?? ''),
    days: count(({ startedAt }) => startedAt.slice(0, 10)),
    machines: count(({ machine }) => machine.id),
  };
}

/**
 * Says where records come from: `Records of 3 commits, measured on 4 days, on one machine.`
 *
 * @param origin counts
 */
export function originText({ commits, days, machines }: Origin): string {
  const counted = (count: number, noun: string): string => (count === 1 ? `one ${noun}` : `${integer(count)} ${noun}s`);
  return `Records of ${counted(commits, 'commit')}, measured on ${counted(days, 'day')}, on ${counted(machines, 'machine')}.`;
}

/**
 * Finds the commit that most rows were measured at.
 *
 * @param commits of each row
 * @returns of several the first; null when no row has one
 */
export function mostFrequentCommit(commits: readonly (readonly string[])[]): string | null {
  const counts = new Map<string, number>();
  for (const commit of commits.flat()) counts.set(commit, (counts.get(commit) ?? 0) + 1);
  const [first, ...others] = counts;
  return first ? others.reduce((most, one) => (one[1] > most[1] ? one : most), first)[0] : null;
}
