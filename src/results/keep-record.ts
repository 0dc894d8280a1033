// Keeps records without losing earlier ones: a repeated measurement of a fit becomes its next repeat.
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { logPath } from './path.ts';
import { readExistingRecord, type StoredRecord } from './read.ts';
import { type FinishedRecord, type FitRecord, isFinished } from './schema.ts';
import { writeRecord } from './write.ts';

/** The most finished runs of one fit that are kept, unless the user asks for more in one command. */
export const MOST_REPEATS = 10;

/** A record that was kept. */
export interface KeptRecord extends StoredRecord {
  /** The finished record that it replaced, because as many as are kept were there; null if it replaced none. */
  readonly replaced: FinishedRecord | null;
  /** The other finished runs of the fit, by number. */
  readonly others: readonly FinishedRecord[];
}

/**
 * Finds the number that a record gets among the runs of its fit. A finished record is only replaced by a newer finished
 * one, and only when as many are there as are kept; then the oldest is. An unfinished record is replaced by any newer one
 * of its number.
 *
 * @param record its `repeat` is the lowest number that it may get
 * @param taken the records of the fit that are there, by number
 * @param most how many finished ones are kept
 * @returns null if the record is not kept: older than those that are, or of a fit that the user stopped, with others there
 */
export function repeatFor(
  record: FitRecord,
  taken: ReadonlyMap<number, FitRecord>,
  most = Math.max(MOST_REPEATS, record.repeat),
): number | null {
  const same = [...taken].find(([, other]) => isSameRun(record, other));
  if (same) return same[0];
  if (record.status === 'aborted' && taken.size > 0) return null;
  const finished = [...taken].filter(([, other]) => isFinished(other));
  if (isFinished(record) && finished.length >= most) {
    const [repeat, oldest] = finished.reduce((one, other) => (isNewer(one[1], other[1]) ? other : one));
    return isNewer(record, oldest) ? repeat : null;
  }
  for (let repeat = record.repeat; ; repeat++) {
    const other = taken.get(repeat);
    if (other === undefined) return repeat;
    if (isFinished(other)) continue;
    if (!isNewer(other, record)) return repeat;
    if (!isFinished(record)) return null;
  }
}

/** Tells whether two records are of the same run, whatever their numbers. */
export function isSameRun(one: FitRecord, other: FitRecord): boolean {
  return one.startedAt === other.startedAt && isDeepStrictEqual({ ...one, repeat: 1 }, { ...other, repeat: 1 });
}

/**
 * Names what the files of all runs of a fit have in common.
 *
 * @param file of one run, as `recordPath` names it
 * @param repeat the number of that run
 */
export function fitStem(file: string, repeat: number): string {
  return file.slice(0, -(repeat === 1 ? '.json' : `-r${repeat}.json`).length);
}

/**
 * Names the file of a run.
 *
 * @param stem from `fitStem`
 * @param repeat the number of the run
 */
export function fileOfRepeat(stem: string, repeat: number): string {
  return `${stem}${repeat === 1 ? '' : `-r${repeat}`}.json`;
}

/**
 * Writes a record next to the earlier runs of its fit, with the number that `repeatFor` gives it.
 *
 * @param stored the record, and the file that it would have with its `repeat`
 * @param most as `repeatFor` takes it
 * @param unreadable receives what is wrong with each file that cannot be read; such a file may be replaced
 * @returns the record with its number and file; null if it was not kept
 * @throws as `writeRecord`
 */
export async function keepRecord(
  { file, record }: StoredRecord,
  { most, unreadable }: { readonly most?: number; unreadable?(message: string): void } = {},
): Promise<KeptRecord | null> {
  const stem = fitStem(file, record.repeat);
  const taken = await runsOf(stem, unreadable);
  const repeat = repeatFor(record, taken, most);
  if (repeat === null) return null;
  const target = fileOfRepeat(stem, repeat);
  const numbered = { ...record, repeat };
  await writeRecord(target, numbered);
  const before = taken.get(repeat);
  const replaced = before && isFinished(before) && !isSameRun(before, record) ? before : null;
  // A failure above the highest number that finished runs can get would stay for ever.
  const ended = replaced === null ? [] : [...taken].filter(([, other]) => !isFinished(other));
  for (const [number] of ended) {
    const failure = fileOfRepeat(stem, number);
    await rm(failure, { force: true });
    await rm(logPath(failure), { force: true });
  }
  taken.delete(repeat);
  return { file: target, record: numbered, replaced, others: [...taken.values()].filter(isFinished) };
}

/** Reads all runs of a fit, lowest number first. */
async function runsOf(stem: string, unreadable?: (message: string) => void): Promise<Map<number, FitRecord>> {
  const folder = path.dirname(stem);
  const name = path.basename(stem);
  const numbers = (await readdir(folder).catch(() => []))
    .filter((file) => file.startsWith(name))
    .flatMap((file) => {
      const match = /^(?:-r([1-9]\d{0,8}))?\.json$/.exec(file.slice(name.length));
      return match ? [Number(match[1] ?? 1)] : [];
    })
    .sort((a, b) => a - b);
  const runs = new Map<number, FitRecord>();
  for (const number of numbers) {
    try {
      const record = await readExistingRecord(fileOfRepeat(stem, number));
      if (record) runs.set(number, record);
    } catch (error) {
      unreadable?.((error as Error).message);
    }
  }
  return runs;
}

function isNewer(one: FitRecord, other: FitRecord): boolean {
  return Date.parse(one.startedAt) > Date.parse(other.startedAt);
}
