// Atomic file writing: a file is complete or absent.
import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file atomically: it writes a temporary file in the same folder and renames it.
 *
 * @param file path in an existing folder
 * @param content text or bytes
 * @throws Error from the file system; an existing file then stays unchanged
 */
export async function writeFileAtomic(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
