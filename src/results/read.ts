// Reads records: one, or all below a folder. Invalid files are reported and do not stop the others from being read.
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { messageOf, UserError } from '../base/errors.ts';
import { checkHead, checkRecord } from './check.ts';
import type { FitRecord } from './schema.ts';

/** Files that are read at once; then signals are answered. */
const FILES_AT_ONCE = 100;

/** A record and its file. */
export interface StoredRecord {
  readonly file: string;
  readonly record: FitRecord;
}

/** A file that could not be read as a record. */
export interface RecordProblem {
  readonly file: string;
  /** What is wrong with it, in one line without the file's name. */
  readonly message: string;
}

/** The records of a folder, and the files that could not be read, both sorted by path. */
export interface ReadRecords {
  readonly records: StoredRecord[];
  readonly problems: RecordProblem[];
}

/**
 * Reads one record.
 *
 * @param file its path
 * @throws UserError when the file cannot be read, is not JSON, is not a valid record, or is of a newer version
 */
export async function readRecord(file: string): Promise<FitRecord> {
  try {
    return checkRecord(parseJson(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new UserError(`unreadable record: ${file}: ${reasonOf(cause, 'no such file')}`, { cause });
  }
}

/**
 * Reads one record, if there is one.
 *
 * @param file its path
 * @returns null when there is no such file
 * @throws UserError as `readRecord` does for a file that is there
 */
export async function readExistingRecord(file: string): Promise<FitRecord | null> {
  return readRecord(file).catch((error: UserError) => {
    if ((error.cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
}

/**
 * Reads every `.json` file below a folder as a record.
 *
 * @param folder searched with all its subfolders except those whose name starts with a dot, such as saved baselines;
 *   symbolic links are not followed
 * @returns the records, and the files that could not be read, both sorted by path
 * @throws UserError when the folder cannot be listed
 */
export function readRecords(folder: string): Promise<ReadRecords> {
  return readAll(folder, checkRecord);
}

/**
 * Reads every record as `readRecords` does, but checks only the fields by which records are chosen: whoever uses other
 * fields of one must call `problemOf` before. Checking all of 4,000 records takes two seconds.
 *
 * @throws as `readRecords`
 */
export function readHeads(folder: string): Promise<ReadRecords> {
  return readAll(folder, checkHead);
}

/**
 * Checks all fields of a record that `readHeads` read.
 *
 * @returns null if the record is valid and agrees with itself
 */
export function problemOf({ file, record }: StoredRecord): RecordProblem | null {
  let message = messages.get(record);
  if (message === undefined) {
    message = messageAbout(record);
    messages.set(record, message);
  }
  return message === null ? null : { file, message };
}

/** What is wrong with records that were checked; null where nothing is. */
const messages = new WeakMap<FitRecord, string | null>();

function messageAbout(record: FitRecord): string | null {
  try {
    checkRecord(record);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

async function readAll(folder: string, check: (value: unknown) => FitRecord): Promise<ReadRecords> {
  const files = await listJson(folder);
  const records: StoredRecord[] = [];
  const problems: RecordProblem[] = [];
  for (const [i, file] of files.entries()) {
    if (i % FILES_AT_ONCE === 0) await setImmediate();
    try {
      // Awaiting each of thousands of small files takes longer than to read them.
      records.push({ file, record: check(parseJson(readFileSync(file, 'utf8'))) });
    } catch (error) {
      problems.push({ file, message: messageOf(error) });
    }
  }
  return { records, problems };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(text.trim() === '' ? 'the file is empty' : 'not JSON, or truncated', { cause });
  }
}

async function listJson(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
      .filter((entry) => !isHidden(path.relative(folder, entry.parentPath)))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
  } catch (cause) {
    const reason = reasonOf(cause, 'no such folder');
    throw new UserError(`cannot read records: ${folder}: ${reason} (npm run bench makes records)`, { cause });
  }
}

function isHidden(relative: string): boolean {
  return relative.split(path.sep).some((part) => part.startsWith('.'));
}

function reasonOf(error: unknown, whenMissing: string): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? whenMissing : messageOf(error);
}
