// Writes records atomically: a crash, a full disk or a second writer never leaves half a record.
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { ownerOf, processMark } from '../base/process-mark.ts';
import { visibleText } from '../document/visible-text.ts';
import { checkRecord } from './check.ts';
import type { FitRecord } from './schema.ts';

/** What the user can do about errors of the file system, by their codes. */
const CURES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, then run again with --skip-existing',
  EDQUOT: 'the quota is used up: free some space, then run again with --skip-existing',
  EACCES: 'no permission: choose another folder with --out',
  EPERM: 'no permission: choose another folder with --out',
  EROFS: 'the file system is read-only: choose another folder with --out',
  ENOTDIR: 'a file is in the place of a folder: choose another folder with --out',
  EEXIST: 'a file is in the place of a folder: choose another folder with --out',
  EISDIR: 'a folder is in the place of the record: choose another folder with --out',
  ENAMETOOLONG: 'the path is too long: choose another folder with --out',
};

/** Names of the temporary files of this module. */
const TEMPORARY = /^\..*\.tmp$/;

/**
 * Writes a record atomically: to a temporary file in the same folder, which is flushed to the disk and renamed. Creates
 * folders as needed and replaces an existing record of the same name. Removes the temporary files that killed processes
 * have left in that folder.
 *
 * @param file the path, ending in `.json`
 * @param record the record
 * @throws Error when the record is invalid; then nothing is written
 * @throws UserError when the disk is full or the folder cannot be written to; then an existing file stays unchanged
 */
export async function writeRecord(file: string, record: FitRecord): Promise<void> {
  let text: string;
  try {
    text = `${visibleText(JSON.stringify(checkRecord(record), null, 2))}\n`;
  } catch (cause) {
    throw new Error(`invalid record of ${record.model?.id}: ${messageOf(cause)}`, { cause });
  }
  const folder = path.dirname(file);
  // Not `.json`, so that the leftover of a killed process is not read as a record.
  const temporary = path.join(folder, `.${processMark()}-${randomUUID()}.tmp`);
  try {
    await makeFolder(folder);
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

/** Removes temporary files of killed processes. Errors are ignored, because nothing depends on it. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => TEMPORARY.test(name) && ownerOf(name) === 'ended')) {
    await rm(path.join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** Makes the rename itself survive a power failure. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and some network file systems cannot flush them. The record is in place nevertheless.
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
