// Writing a record so that no crash, full disk or second writer ever leaves half of one.
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '../base/errors.ts';
import { checkRecord } from './check.ts';
import type { FitRecord } from './schema.ts';

/** What to do about an error of the file system that a user can cure, by its code. */
const CURES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, then run again with --skip-existing',
  EDQUOT: 'the quota is used up: free some space, then run again with --skip-existing',
  EACCES: 'no permission: choose another folder with --out',
  EPERM: 'no permission: choose another folder with --out',
  EROFS: 'the file system is read-only: choose another folder with --out',
  ENOTDIR: 'a file stands where a folder is needed: choose another folder with --out',
  EEXIST: 'a file stands where a folder is needed: choose another folder with --out',
  EISDIR: 'a folder stands where the record should go: choose another folder with --out',
  ENAMETOOLONG: 'the path is too long: choose another folder with --out',
};

/** What this module calls a file that is not whole yet. */
const TEMPORARY = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** No write takes a day: whoever began that file is gone. */
const LEFT_BEHIND_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Writes a record, whole or not at all: to a temporary file beside it, flushed to the disk, then renamed. Makes folders
 * as needed and replaces an older record of the same name. What killed writers left in that folder over a day ago goes.
 *
 * @param file where to, ending in `.json`
 * @param record what to write
 * @throws Error when the record does not fit its schema: then nothing is written
 * @throws UserError when the disk is full or the folder cannot be written to: an older file is left as it was
 */
export async function writeRecord(file: string, record: FitRecord): Promise<void> {
  let text: string;
  try {
    text = `${JSON.stringify(checkRecord(record), null, 2)}\n`;
  } catch (cause) {
    throw new Error(`invalid record of ${record.model?.id}: ${messageOf(cause)}`, { cause });
  }
  const folder = path.dirname(file);
  // Not `.json`: what a killed process leaves behind must not be read as a record.
  const temporary = path.join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await closing(await open(temporary, 'wx'), async (handle) => {
      await handle.writeFile(text);
      await handle.sync();
    });
    await rename(temporary, file);
    await syncFolder(folder);
    await removeLeftovers(folder);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const cure = CURES[(cause as NodeJS.ErrnoException).code ?? ''];
    if (cure) throw new UserError(`cannot write ${file}: ${cure}`, { cause });
    throw cause;
  }
}

/** Clears away what killed writers left behind; nothing hangs on it, so that no error does either. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => TEMPORARY.test(name))) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > LEFT_BEHIND_MILLISECONDS) await rm(file, { force: true }).catch(() => undefined);
  }
}

/** Makes the rename itself survive a power failure. */
async function syncFolder(folder: string): Promise<void> {
  // Windows has no handles of folders, and some network file systems cannot flush one: the record is in place all the same.
  if (process.platform === 'win32') return;
  await closing(await open(folder, 'r'), (handle) => handle.sync()).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EINVAL' && error.code !== 'ENOTSUP') throw error;
  });
}

async function closing(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
