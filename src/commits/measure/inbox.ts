// Records of another code's run on their way to the user's: read by the present code, named by it, moved over.
import { createHash } from 'node:crypto';
import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { recordPath } from '../../results/path.ts';
import { type RecordProblem, readRecord, readRecords, type StoredRecord } from '../../results/read.ts';
import type { FitRecord } from '../../results/schema.ts';
import { writeRecord } from '../../results/write.ts';
import { treesFolder } from './work-trees.ts';

/** What was moved over. */
export interface Adopted {
  /** As they stand in the user's folder now. */
  readonly records: readonly FitRecord[];
  /** Files that are no readable record; they stay where they are. */
  readonly problems: readonly RecordProblem[];
}

const REPEAT_FOLDER = /^r([1-9]\d*)$/;

/**
 * Names the folder that takes the records of a commit's runs before they are the user's.
 *
 * @param code the commit's hash, or a word for what is no commit
 * @param out where the records go in the end
 */
export function inboxOf(code: string, out: string): string {
  const mark = createHash('sha256').update(path.resolve(out)).digest('hex').slice(0, 8);
  return path.join(treesFolder(), `${code.slice(0, 12)}-records`, mark);
}

/**
 * Names the part of an inbox for one repeat: older code knows nothing of repeats, so its folder tells.
 *
 * @param repeat from 1
 */
export function repeatFolder(inbox: string, repeat: number): string {
  return path.join(inbox, `r${repeat}`);
}

/**
 * Moves everything in an inbox to the user's records: what the last run made, and what a killed one left.
 *
 * @param inbox need not be there
 * @param out the user's folder of records
 * @throws UserError when a record cannot be written: it stays in the inbox
 */
export async function adoptAll(inbox: string, out: string): Promise<Adopted> {
  const records: FitRecord[] = [];
  const problems: RecordProblem[] = [];
  for (const name of (await readdir(inbox).catch(() => [])).sort()) {
    const repeat = Number(REPEAT_FOLDER.exec(name)?.[1]);
    if (!repeat) continue;
    const adopted = await adoptRepeat(path.join(inbox, name), out, repeat);
    records.push(...adopted.records);
    problems.push(...adopted.problems);
  }
  if (problems.length === 0) {
    await rm(inbox, { recursive: true, force: true });
    // Not while it holds what goes to another folder.
    await rmdir(path.dirname(inbox)).catch(() => undefined);
  }
  return { records, problems };
}

async function adoptRepeat(folder: string, out: string, repeat: number): Promise<Adopted> {
  const { records: stored, problems } = await readRecords(folder);
  const records: FitRecord[] = [];
  for (const one of stored) {
    const { file, record } = placeOf(one, out, repeat);
    const existing = await readRecord(file).catch(() => null);
    if (existing === null || mayReplace(existing, record)) {
      await writeRecord(file, record);
      records.push(record);
    }
    await rm(one.file);
  }
  return { records, problems };
}

/**
 * Says what a record that other code made is called among the user's.
 *
 * @param stored the record, and where that code has put it
 * @param out the user's folder of records
 * @param repeat which repeat it is
 */
export function placeOf({ file, record }: StoredRecord, out: string, repeat: number): StoredRecord {
  // What sets a record apart stands in its name alone: parameters that are no defaults, another benchmark.
  const plain = path.basename(recordPath('', { ...record, repeat: 1 }), '.json');
  const name = path.basename(file, record.repeat === 1 ? '.json' : `-r${record.repeat}.json`);
  const variant = name.startsWith(`${plain}-`) ? name.slice(plain.length + 1) : undefined;
  return { file: recordPath(out, { ...record, repeat, variant }), record: { ...record, repeat } };
}

/** A fit that the user stopped replaces nothing; another replaces what is older. */
function mayReplace(existing: FitRecord, record: FitRecord): boolean {
  return record.status !== 'aborted' && Date.parse(record.startedAt) >= Date.parse(existing.startedAt);
}
