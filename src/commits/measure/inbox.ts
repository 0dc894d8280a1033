// The inbox: a cache folder for the records of another commit's run. They are adopted from there: read, renamed and moved
// to the user's records.
import { createHash } from 'node:crypto';
import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { keepRecord } from '../../results/keep-record.ts';
import type { Machine } from '../../results/machine-facts.ts';
import { isKnownProcessor } from '../../results/machine-identity.ts';
import { recordPath } from '../../results/path.ts';
import { type RecordProblem, readRecords, type StoredRecord } from '../../results/read.ts';
import type { FitRecord } from '../../results/schema.ts';
import { treesFolder } from './work-trees.ts';

/** Where the records of an inbox go. */
export interface AdoptOptions {
  /** The user's folder of records. */
  readonly out: string;
  /** This machine, which older code describes and names without its processor. */
  readonly machine: Machine;
}

/** The result of adopting records. */
export interface Adopted {
  /** The moved records, as they are in the user's folder now. */
  readonly records: readonly FitRecord[];
  /** Files that are not readable records; they stay in the inbox. */
  readonly problems: readonly RecordProblem[];
}

const REPEAT_FOLDER = /^r([1-9]\d*)$/;

/**
 * Names the inbox for the records of a commit.
 *
 * @param code the commit's hash, or another name for code that is not a commit
 * @param out the user's folder of records; each has its own inbox
 */
export function inboxOf(code: string, out: string): string {
  const mark = createHash('sha256').update(path.resolve(out)).digest('hex').slice(0, 8);
  return path.join(treesFolder(), `${code.slice(0, 12)}-records`, mark);
}

/**
 * Names the folder of one repeat in an inbox. Older code does not record the repeat, so the folder does.
 *
 * @param repeat from 1
 */
export function repeatFolder(inbox: string, repeat: number): string {
  return path.join(inbox, `r${repeat}`);
}

/**
 * Moves all records of an inbox to the user's records, those of the last run and those that a killed run left. They are
 * kept next to earlier runs of their fits.
 *
 * @param inbox need not exist
 * @throws UserError if a record cannot be written; it then stays in the inbox
 */
export async function adoptAll(inbox: string, options: AdoptOptions): Promise<Adopted> {
  const records: FitRecord[] = [];
  const problems: RecordProblem[] = [];
  for (const name of (await readdir(inbox).catch(() => [])).sort()) {
    const repeat = Number(REPEAT_FOLDER.exec(name)?.[1]);
    if (!repeat) continue;
    const adopted = await adoptRepeat(path.join(inbox, name), options, repeat);
    records.push(...adopted.records);
    problems.push(...adopted.problems);
  }
  if (problems.length === 0) {
    await rm(inbox, { recursive: true, force: true });
    // Fails while the inbox of another folder is in it.
    await rmdir(path.dirname(inbox)).catch(() => undefined);
  }
  return { records, problems };
}

async function adoptRepeat(folder: string, { out, machine }: AdoptOptions, repeat: number): Promise<Adopted> {
  const { records: stored, problems } = await readRecords(folder);
  const records: FitRecord[] = [];
  for (const one of stored) {
    const kept = await keepRecord(placeOf({ ...one, record: withProcessor(one.record, machine) }, out, repeat));
    if (kept) records.push(kept.record);
    await rm(one.file);
  }
  return { records, problems };
}

/**
 * Finds the file that a record of another code gets among the user's records, if its number is free.
 *
 * @param stored the record and its file
 * @param out the user's folder of records
 * @param repeat the number of the repeat
 */
export function placeOf({ file, record }: StoredRecord, out: string, repeat: number): StoredRecord {
  // Only the file name tells that a record has other parameters than the defaults, or another benchmark.
  const plain = path.basename(recordPath('', { ...record, repeat: 1 }), '.json');
  const name = path.basename(file, record.repeat === 1 ? '.json' : `-r${record.repeat}.json`);
  const variant = name.startsWith(`${plain}-`) ? name.slice(plain.length + 1) : undefined;
  return { file: recordPath(out, { ...record, repeat, variant }), record: { ...record, repeat } };
}

/**
 * Completes a record that older code has made on this machine: such code does not know the processor beyond its name.
 *
 * @param record of another code
 * @param machine this machine
 * @returns the record itself if it knows its processor, or has another one
 */
export function withProcessor(record: FitRecord, machine: Machine): FitRecord {
  const { cpu, cores } = record.machine;
  const isHere = cpu === machine.cpu && cores === machine.cores;
  return isHere && !isKnownProcessor(record.machine) ? { ...record, machine } : record;
}
