// Plans which records to remove from a folder of records.
import path from 'node:path';
import { recordPath } from './path.ts';
import type { StoredRecord } from './read.ts';

/** Which records to remove: those that meet every given condition. */
export interface PruneRules {
  /** Records of fits that started before this time, in milliseconds since 1970. */
  readonly olderThanMs?: number | undefined;
  /** All but the newest n records of each fit: the same machine, commit, model, seed, parameters and benchmark. */
  readonly perCommit?: number | undefined;
  /** Records for which this returns false. */
  readonly isOn?: ((one: StoredRecord) => boolean) | undefined;
}

/**
 * Chooses the records to remove.
 *
 * @param records all records of a folder
 * @param rules at least one; without any, all records are chosen
 * @returns the records that meet every rule, in their order
 */
export function choosePruned(records: readonly StoredRecord[], rules: PruneRules): StoredRecord[] {
  const { olderThanMs, perCommit, isOn } = rules;
  const surplus = perCommit === undefined ? null : new Set(surplusOf(records, perCommit));
  return records.filter(
    (one) =>
      (olderThanMs === undefined || Date.parse(one.record.startedAt) < olderThanMs) &&
      (surplus === null || surplus.has(one)) &&
      (isOn === undefined || !isOn(one)),
  );
}

/** All but the newest records of each fit. */
function surplusOf(records: readonly StoredRecord[], kept: number): StoredRecord[] {
  const fits = new Map<string, StoredRecord[]>();
  for (const one of records) {
    const key = fitOf(one);
    fits.set(key, [...(fits.get(key) ?? []), one]);
  }
  return [...fits.values()].flatMap((same) =>
    same.sort((a, b) => Date.parse(b.record.startedAt) - Date.parse(a.record.startedAt)).slice(kept),
  );
}

/** Names the fit of a record, whatever its repeat. Only the file's name tells the variant. */
function fitOf({ file, record }: StoredRecord): string {
  const name = path.basename(file, '.json').replace(record.repeat === 1 ? '' : `-r${record.repeat}`, '');
  return path.join(path.dirname(recordPath('', record)), name);
}
