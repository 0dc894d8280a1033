// Values on disk under a seal: what was damaged is told from what was written.
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from './files.ts';

const DIGEST_BYTES = 32;

/** What `readSealed` throws when the bytes are not those that were written. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/**
 * Writes a value, whole or not at all; its folder is made when it is not there.
 *
 * @param file any path
 * @param value anything that structured cloning copies; what lies in shared memory comes back in memory of its own
 * @throws Error as the file system does, or when the value cannot be copied
 */
export async function writeSealed(file: string, value: unknown): Promise<void> {
  const body = serialize(value);
  await mkdir(path.dirname(file), { recursive: true });
  await writeWhole(file, Buffer.concat([digestOf(body), body]));
}

/**
 * Reads what `writeSealed` wrote.
 *
 * @returns null when there is no such file
 * @throws DamagedFile; Error as the file system does
 */
export async function readSealed(file: string): Promise<unknown> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const body = bytes.subarray(DIGEST_BYTES);
  if (!digestOf(body).equals(bytes.subarray(0, DIGEST_BYTES))) throw new DamagedFile(`damaged file: ${file}`);
  return deserialize(body);
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
