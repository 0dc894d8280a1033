// Atomic file writing: a file is complete or absent.
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ownerOf, processMark } from './process-mark.ts';

/**
 * Writes a file atomically: it writes a temporary file in the same folder and renames it. Removes the temporary files that
 * killed processes have left of the same file.
 *
 * @param file path in an existing folder
 * @param content text or bytes
 * @throws Error from the file system; an existing file then stays unchanged
 */
export async function writeFileAtomic(file: string, content: string | Uint8Array): Promise<void> {
  await removeLeftovers(file);
  const temporary = `${file}.${processMark()}-${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function removeLeftovers(file: string): Promise<void> {
  const [folder, start] = [path.dirname(file), `${path.basename(file)}.`];
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start) || !name.endsWith('.tmp') || ownerOf(name) !== 'ended') continue;
    await rm(path.join(folder, name), { force: true }).catch(() => undefined);
  }
}
