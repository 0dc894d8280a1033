// Files with a checksum: reading detects damage.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { cacheFault } from './disk-errors.ts';
import type { UserError } from './errors.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

const DIGEST_BYTES = 32;

/** Thrown when a file's content does not match its checksum. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/**
 * Writes a value and its SHA-256 checksum atomically. Creates the folder if it does not exist.
 *
 * @param file any path
 * @param value any value that structured cloning can copy; shared memory is read back as ordinary memory
 * @throws UserError if the file cannot be written; Error if the value cannot be copied
 */
export async function writeChecksummed(file: string, value: unknown): Promise<void> {
  await writeSerialized(file, serialize(value));
}

/**
 * Writes a value that was serialized before, as `writeChecksummed` does.
 *
 * @param file any path
 * @param body result of serialize of node:v8
 * @throws UserError if the file cannot be written
 */
export async function writeSerialized(file: string, body: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(file, Buffer.concat([digestOf(body), body]));
  } catch (error) {
    // These files are in the cache, which the user can move.
    throw cacheFault(file, (error as UserError).cause) ?? error;
  }
}

/**
 * Reads what `writeChecksummed` wrote.
 *
 * @returns the value; null if the file does not exist
 * @throws DamagedFile if the checksum does not match; Error from the file system
 */
export async function readChecksummed(file: string): Promise<unknown> {
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
