// Joining folders of records, such as the shards of one run: what goes where, and which of two fits stays.
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { refuseMixedHardware, refuseMixedSplits, type Sourced } from './mixed.ts';
import { recordPath } from './path.ts';
import type { RecordProblem, StoredRecord } from './read.ts';
import { type FitRecord, isFinished } from './schema.ts';

/** A folder of records, read. */
export interface RecordFolder {
  /** As the user named it. */
  readonly name: string;
  readonly entries: readonly StoredRecord[];
}

/** Where records go, and under which name. */
export interface MergeOptions {
  /** The folder that all of them go to. */
  readonly out: string;
  /** A machine's name that all records coming in are given; absent: they keep theirs. */
  readonly machine?: string | undefined;
}

/** What comes from one folder, machine and state of the code. */
export interface MergeSource {
  readonly folder: string;
  readonly machine: string;
  /** As in the names of record folders: `0123abcd`, `0123abcd-dirty`, `no-commit`. */
  readonly state: string;
  readonly fits: number;
  /** Of these fits, those that did not end well. */
  readonly unfinished: number;
  /** Go to the folder. */
  readonly added: number;
  /** Are there already, to the last digit. */
  readonly same: number;
  /** Another record of the same fit stays. */
  readonly passedOver: number;
}

/** Two different records of the same fit. */
export interface Contest {
  /** Where the one that stays lies in the end. */
  readonly file: string;
  readonly kept: Contestant;
  readonly left: Contestant;
}

/** One record of a fit that has another. */
export interface Contestant {
  readonly folder: string;
  readonly status: FitRecord['status'];
  readonly startedAt: string;
}

/** All that a merge will do. */
export interface MergePlan {
  /** Records that are not in the folder yet. */
  readonly writes: readonly StoredRecord[];
  readonly sources: readonly MergeSource[];
  readonly contests: readonly Contest[];
  /** Files that are left out. */
  readonly problems: readonly RecordProblem[];
}

/** A record on its way. */
interface Arrival extends Sourced {
  /** Where it is to lie. */
  readonly target: string;
}

/**
 * Plans a merge. Of the same fit a finished record beats one that is not, and of two alike the newer stays, whichever
 * folder comes first; merging again changes nothing.
 *
 * @param present what is in the folder already
 * @param incoming what comes in
 * @throws UserError when scores or times would be mixed that cannot be compared
 */
export function planMerge(present: RecordFolder, incoming: readonly RecordFolder[], options: MergeOptions): MergePlan {
  const problems: RecordProblem[] = [];
  const arrivals: Arrival[] = [];
  for (const { name, entries } of incoming) {
    for (const entry of entries) {
      const arrival = arrivalOf(name, entry, options);
      if (arrival) arrivals.push(arrival);
      else problems.push({ file: entry.file, message: "the file's name is not that of its record" });
    }
  }
  const settled = present.entries.map(({ file, record }): Arrival => {
    return { folder: present.name, record, isPresent: true, target: path.normalize(file) };
  });
  refuseMixedSplits([...settled, ...arrivals]);
  refuseMixedHardware([...settled, ...arrivals]);

  const winners = new Map(settled.map((arrival) => [arrival.target, arrival]));
  for (const arrival of arrivals) {
    const other = winners.get(arrival.target);
    if (!other || isBetter(arrival, other)) winners.set(arrival.target, arrival);
  }
  const isWinner = (arrival: Arrival): boolean => winners.get(arrival.target) === arrival;
  const losers = arrivals.filter((arrival) => !isWinner(arrival));
  const replaced = settled.filter((arrival) => !isWinner(arrival));
  return {
    writes: arrivals.filter(isWinner).map(({ target, record }) => ({ file: target, record })),
    sources: sourcesOf(arrivals, (arrival) => winners.get(arrival.target)!),
    contests: [...replaced, ...losers]
      .map((left) => ({ left, kept: winners.get(left.target)! }))
      .filter(({ left, kept }) => !isSame(left, kept))
      .map(({ left, kept }) => ({ file: kept.target, kept: contestant(kept), left: contestant(left) })),
    problems,
  };
}

/** Null when the file is not named as a bench names that record: then nobody knows which fit it is. */
function arrivalOf(folder: string, { file, record }: StoredRecord, { out, machine }: MergeOptions): Arrival | null {
  const renamed = machine === undefined ? record : { ...record, machine: { ...record.machine, id: machine } };
  const plain = recordPath(out, { ...renamed, repeat: 1 });
  const stem = path.basename(plain, '.json');
  const name = path.basename(file, '.json');
  // What stands between seed and repeat sets variants apart; the record itself does not know it.
  const tail = name.slice(stem.length);
  const mark = record.repeat === 1 ? '' : `-r${record.repeat}`;
  if (!name.startsWith(stem) || !/^(-|$)/.test(tail) || !tail.endsWith(mark)) return null;
  return { folder, record: renamed, isPresent: false, target: path.join(path.dirname(plain), `${name}.json`) };
}

function isBetter({ record: one }: Arrival, { record: other }: Arrival): boolean {
  if (isFinished(one) !== isFinished(other)) return isFinished(one);
  return Date.parse(one.startedAt) > Date.parse(other.startedAt);
}

function isSame({ record: one }: Arrival, { record: other }: Arrival): boolean {
  return isDeepStrictEqual(one, other);
}

function contestant({ folder, record: { status, startedAt } }: Arrival): Contestant {
  return { folder, status, startedAt };
}

function sourcesOf(arrivals: readonly Arrival[], winnerOf: (arrival: Arrival) => Arrival): MergeSource[] {
  const groups = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    const key = JSON.stringify([arrival.folder, path.dirname(arrival.target)]);
    groups.set(key, [...(groups.get(key) ?? []), arrival]);
  }
  return [...groups.values()].map((group) => {
    const [{ folder, record, target }] = group as [Arrival, ...Arrival[]];
    const added = group.filter((arrival) => winnerOf(arrival) === arrival).length;
    const same = group.filter((arrival) => winnerOf(arrival) !== arrival && isSame(arrival, winnerOf(arrival))).length;
    return {
      folder,
      machine: record.machine.id,
      state: path.basename(path.dirname(target)),
      fits: group.length,
      unfinished: group.filter((arrival) => !isFinished(arrival.record)).length,
      added,
      same,
      passedOver: group.length - added - same,
    };
  });
}
