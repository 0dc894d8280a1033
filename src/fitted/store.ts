// Stores fitted models in the cache, one file per fit, so that pictures can be classified without fitting again.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../base/cache.ts';
import { DamagedFile, readChecksummed, writeSerialized } from '../base/checksummed-file.ts';
import { UserError } from '../base/errors.ts';
import { markLastUsed } from '../base/last-used.ts';
import { type FitIdentity, fileOf } from './fit-identity.ts';

/** The size limit of all fitted models together; those unused for longest are removed first. */
export const FITTED_LIMIT_BYTES = 2e9;

/**
 * Names the file of a fitted model.
 *
 * @param fit the identity of the fit
 */
export function fittedFile(fit: FitIdentity): string {
  return cacheFolder('fitted', fileOf(fit));
}

/**
 * Saves a fitted model. If all of them together exceed the limit, removes those unused for longest.
 *
 * @param file from `fittedFile`
 * @param saved what the classifier saved, as the bytes of structured cloning
 * @param limitBytes of all files in the folder; the new file stays whatever its size
 * @throws Error as the file system does
 */
export async function keepFitted(file: string, saved: Uint8Array, limitBytes = FITTED_LIMIT_BYTES): Promise<void> {
  await writeSerialized(file, saved);
  await markLastUsed(file);
  const folder = path.dirname(file);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.bin') && name !== path.basename(file));
  const others = await Promise.all(
    names.map(async (name) => {
      const other = path.join(folder, name);
      // Another process may have removed it in the meantime.
      const { size, mtimeMs } = await stat(other).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { other, size, mtimeMs };
    }),
  );
  let bytes = (await stat(file)).size;
  for (const { other, size } of others.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    bytes += size;
    if (bytes > limitBytes) await rm(other, { force: true });
  }
}

/**
 * Tells whether a fitted model is saved.
 *
 * @param file from `fittedFile`
 */
export async function isKept(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * Reads a fitted model, and marks it as used.
 *
 * @param file from `fittedFile`
 * @returns the argument of the classifier's `load`; null if the model is not saved
 * @throws UserError if the file is damaged
 */
export async function readFitted(file: string): Promise<unknown> {
  try {
    const saved = await readChecksummed(file);
    if (saved !== null) await markLastUsed(file);
    return saved;
  } catch (cause) {
    if (!(cause instanceof DamagedFile)) throw cause;
    throw new UserError(`damaged model: ${file}; delete it, then fit the model again (npm run bench)`, { cause });
  }
}
