// Plans how to merge folders of records, such as the shards of one run: where each record goes, and which of two records
// of the same fit is kept.
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { refuseMixedHardware, refuseMixedSplits, type Sourced } from './mixed.ts';
import { recordPath } from './path.ts';
import type { RecordProblem, StoredRecord } from './read.ts';
import { type FitRecord, isFinished } from './schema.ts';

/** The records that were read from a folder. */
export interface RecordFolder {
  /** As the user named it. */
  readonly name: string;
  readonly entries: readonly StoredRecord[];
}

/** Where merged records go. */
export interface MergeOptions {
  /** The folder of the merged records. */
  readonly out: string;
  /** The machine id to give all incoming records; by default they keep theirs. */
  readonly machine?: string | undefined;
}

/** The incoming records of one folder, machine and commit. */
export interface MergeSource {
  readonly folder: string;
  readonly machine: string;
  /** As in the names of record folders: `0123abcd`, `0123abcd-dirty`, `no-commit`. */
  readonly commit: string;
  readonly fits: number;
  /** Of these fits, those that failed, timed out or were aborted. */
  readonly unfinished: number;
  /** Records to write. */
  readonly added: number;
  /** Records that the folder already has with equal content. */
  readonly same: number;
  /** Records that are left out because another record of the same fit is kept. */
  readonly superseded: number;
}

/** Two different records of the same fit. */
export interface Conflict {
  /** Where the kept record is written. */
  readonly file: string;
  readonly kept: ConflictingRecord;
  readonly left: ConflictingRecord;
}

/** One of two records of the same fit. */
export interface ConflictingRecord {
  readonly folder: string;
  readonly status: FitRecord['status'];
  readonly startedAt: string;
}

/** What a merge will do. */
export interface MergePlan {
  /** Records to write, with their files in the merged folder. */
  readonly writes: readonly StoredRecord[];
  readonly sources: readonly MergeSource[];
  readonly conflicts: readonly Conflict[];
  /** Files that are left out, and why. */
  readonly problems: readonly RecordProblem[];
}

/** A record with its place in the merged folder. */
interface PlacedRecord extends Sourced {
  /** The file in the merged folder. */
  readonly target: string;
}

/**
 * Plans a merge. Of two records of the same fit, a finished one is kept before an unfinished one, then the newer one. The
 * order of the folders does not matter, and merging again changes nothing.
 *
 * @param present the records that are in the merged folder already
 * @param incoming the folders to merge into it
 * @throws UserError when the merge would mix scores or times that cannot be compared
 */
export function planMerge(present: RecordFolder, incoming: readonly RecordFolder[], options: MergeOptions): MergePlan {
  const problems: RecordProblem[] = [];
  const placed: PlacedRecord[] = [];
  for (const { name, entries } of incoming) {
    for (const entry of entries) {
      const one = placeRecord(name, entry, options);
      if (one) placed.push(one);
      else problems.push({ file: entry.file, message: 'the file name does not match the record' });
    }
  }
  const existing = present.entries.map(({ file, record }): PlacedRecord => {
    return { folder: present.name, record, isPresent: true, target: path.normalize(file) };
  });
  refuseMixedSplits([...existing, ...placed]);
  refuseMixedHardware([...existing, ...placed]);

  const keptByTarget = new Map(existing.map((one) => [one.target, one]));
  for (const one of placed) {
    const other = keptByTarget.get(one.target);
    if (!other || isBetter(one, other)) keptByTarget.set(one.target, one);
  }
  const isKept = (one: PlacedRecord): boolean => keptByTarget.get(one.target) === one;
  const dropped = placed.filter((one) => !isKept(one));
  const replaced = existing.filter((one) => !isKept(one));
  return {
    writes: placed.filter(isKept).map(({ target, record }) => ({ file: target, record })),
    sources: sourcesOf(placed, (one) => keptByTarget.get(one.target)!),
    conflicts: [...replaced, ...dropped]
      .map((left) => ({ left, kept: keptByTarget.get(left.target)! }))
      .filter(({ left, kept }) => !isSame(left, kept))
      .map(({ left, kept }) => ({ file: kept.target, kept: conflictingRecord(kept), left: conflictingRecord(left) })),
    problems,
  };
}

/** Returns null when bench would give the record another file name: then it is unknown which fit the record is of. */
function placeRecord(
  folder: string,
  { file, record }: StoredRecord,
  { out, machine }: MergeOptions,
): PlacedRecord | null {
  const renamed = machine === undefined ? record : { ...record, machine: { ...record.machine, id: machine } };
  const plain = recordPath(out, { ...renamed, repeat: 1 });
  const stem = path.basename(plain, '.json');
  const name = path.basename(file, '.json');
  // Between seed and repeat, the file name may hold a variant, which the record does not.
  const tail = name.slice(stem.length);
  const mark = record.repeat === 1 ? '' : `-r${record.repeat}`;
  if (!name.startsWith(stem) || !/^(-|$)/.test(tail) || !tail.endsWith(mark)) return null;
  return { folder, record: renamed, isPresent: false, target: path.join(path.dirname(plain), `${name}.json`) };
}

function isBetter({ record: one }: PlacedRecord, { record: other }: PlacedRecord): boolean {
  if (isFinished(one) !== isFinished(other)) return isFinished(one);
  return Date.parse(one.startedAt) > Date.parse(other.startedAt);
}

function isSame({ record: one }: PlacedRecord, { record: other }: PlacedRecord): boolean {
  return isDeepStrictEqual(one, other);
}

function conflictingRecord({ folder, record: { status, startedAt } }: PlacedRecord): ConflictingRecord {
  return { folder, status, startedAt };
}

function sourcesOf(placed: readonly PlacedRecord[], keptFor: (one: PlacedRecord) => PlacedRecord): MergeSource[] {
  const groups = new Map<string, PlacedRecord[]>();
  for (const one of placed) {
    const key = JSON.stringify([one.folder, path.dirname(one.target)]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const [{ folder, record, target }] = group as [PlacedRecord, ...PlacedRecord[]];
    const added = group.filter((one) => keptFor(one) === one).length;
    const same = group.filter((one) => keptFor(one) !== one && isSame(one, keptFor(one))).length;
    return {
      folder,
      machine: record.machine.id,
      commit: path.basename(path.dirname(target)),
      fits: group.length,
      unfinished: group.filter((one) => !isFinished(one.record)).length,
      added,
      same,
      superseded: group.length - added - same,
    };
  });
}
