// Plans how to merge folders of records, such as the shards of one run: where each record goes, and which are left out.
import path from 'node:path';
import { fileOfRepeat, fitStem, isSameRun, repeatFor } from './keep-record.ts';
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
  /** The full hash, and whether there were uncommitted changes; null outside a git checkout. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly fits: number;
  /** Of these fits, those that failed, timed out or were aborted. */
  readonly unfinished: number;
  /** Records to write. */
  readonly added: number;
  /** Records that the folder already has with equal content. */
  readonly same: number;
  /** Records that are left out because newer ones of the same fit are kept. */
  readonly superseded: number;
}

/** Two records of the same fit of which one is left out. */
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

/** A record with the fit that it belongs to. */
interface PlacedRecord extends Sourced {
  /** The fit's file in the merged folder, without number and `.json`. */
  readonly stem: string;
}

/** What becomes of an incoming record. */
interface Fate {
  /** The number that it gets among the runs of its fit; null if it is left out. */
  readonly repeat: number | null;
  /** The record that it replaces, or that stays in its place; null without any. */
  readonly other: PlacedRecord | null;
  /** Whether the merged folder has it already. */
  readonly isThere: boolean;
}

/** The runs of a fit in the merged folder, by number. */
type Runs = Map<number, PlacedRecord>;

/**
 * Plans a merge. Different runs of the same fit are kept as its repeats, by the rule of `repeatFor`, the oldest first. The
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
    return { folder: present.name, record, isPresent: true, stem: fitStem(path.normalize(file), record.repeat) };
  });
  refuseMixedSplits([...existing, ...placed]);
  refuseMixedHardware([...existing, ...placed]);

  const runsByStem = new Map<string, Runs>();
  const runsOf = ({ stem }: PlacedRecord): Runs => {
    const runs: Runs = runsByStem.get(stem) ?? new Map();
    runsByStem.set(stem, runs);
    return runs;
  };
  for (const one of existing) runsOf(one).set(one.record.repeat, one);
  const fates = new Map<PlacedRecord, Fate>();
  for (const one of placed.toSorted(byStart)) fates.set(one, settle(one, runsOf(one)));
  const targetOf = (one: PlacedRecord): string => fileOfRepeat(one.stem, fates.get(one)?.repeat ?? one.record.repeat);
  const isKept = (one: PlacedRecord): boolean => runsOf(one).get(fates.get(one)!.repeat ?? 0) === one;
  return {
    writes: placed.filter(isKept).map((one) => {
      return { file: targetOf(one), record: { ...one.record, repeat: fates.get(one)!.repeat! } };
    }),
    sources: sourcesOf(placed, isKept, fates),
    conflicts: placed.flatMap((one) => conflictOf(one, fates.get(one)!, targetOf)),
    problems,
  };
}

/** Gives a record its place among the runs of its fit, and adds it to them if it is new. */
function settle(one: PlacedRecord, runs: Runs): Fate {
  const taken = new Map([...runs].map(([number, { record }]) => [number, record]));
  const repeat = repeatFor(one.record, taken);
  const other = repeat === null ? ([...runs.values()].toSorted(byStart).at(-1) ?? null) : (runs.get(repeat) ?? null);
  const isThere = other !== null && isSameRun(one.record, other.record);
  if (repeat !== null && !isThere) runs.set(repeat, one);
  return { repeat, other, isThere };
}

function conflictOf(one: PlacedRecord, fate: Fate, targetOf: (one: PlacedRecord) => string): Conflict[] {
  if (fate.other === null || fate.isThere) return [];
  const [kept, left] = fate.repeat === null ? [fate.other, one] : [one, fate.other];
  return [{ file: targetOf(kept), kept: conflictingRecord(kept), left: conflictingRecord(left) }];
}

function byStart({ record: one }: PlacedRecord, { record: other }: PlacedRecord): number {
  return Date.parse(one.startedAt) - Date.parse(other.startedAt);
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
  const stemOfFit = fitStem(path.join(path.dirname(plain), `${name}.json`), record.repeat);
  return { folder, record: renamed, isPresent: false, stem: stemOfFit };
}

function conflictingRecord({ folder, record: { status, startedAt } }: PlacedRecord): ConflictingRecord {
  return { folder, status, startedAt };
}

function sourcesOf(
  placed: readonly PlacedRecord[],
  isKept: (one: PlacedRecord) => boolean,
  fates: ReadonlyMap<PlacedRecord, Fate>,
): MergeSource[] {
  const groups = new Map<string, PlacedRecord[]>();
  for (const one of placed) {
    const key = JSON.stringify([one.folder, path.dirname(one.stem)]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const [{ folder, record, stem }] = group as [PlacedRecord, ...PlacedRecord[]];
    const added = group.filter(isKept).length;
    const same = group.filter((one) => fates.get(one)!.isThere).length;
    return {
      folder,
      machine: record.machine.id,
      commit: path.basename(path.dirname(stem)),
      git: record.git && { commit: record.git.commit, dirty: record.git.dirty },
      fits: group.length,
      unfinished: group.filter((one) => !isFinished(one.record)).length,
      added,
      same,
      superseded: group.length - added - same,
    };
  });
}
