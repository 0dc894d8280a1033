// Creates folders, with the true reason when that fails.
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Creates a folder and its parents, unless they exist.
 *
 * @param folder any path
 * @throws Error from the file system. Node's own recursive `mkdir` says ENOENT where a file system is read-only.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(await firstMissing(path.resolve(folder)));
    await mkdir(folder, { recursive: true });
  }
}

/** Finds the missing folder whose parent exists. */
async function firstMissing(folder: string): Promise<string> {
  const parent = path.dirname(folder);
  return parent === folder || (await stat(parent).catch(() => null)) ? folder : firstMissing(parent);
}
