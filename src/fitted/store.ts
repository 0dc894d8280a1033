// Stores fitted models in the cache, one file per fit, so that pictures can be classified without fitting again.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../base/cache.ts';
import { CACHE_KINDS, trimCache } from '../base/cache-policy.ts';
import { DamagedFile, readChecksummed, writeSerialized } from '../base/checksummed-file.ts';
import { UserError } from '../base/errors.ts';
import { markLastUsed } from '../base/last-used.ts';
import { type FitIdentity, fileOf } from './fit-identity.ts';

/** The size limit of all fitted models together; those unused for longest are removed first. */
export const FITTED_LIMIT_BYTES = CACHE_KINDS.fitted.limitBytes;

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
export async function keepFitted(
  file: string,
  saved: Uint8Array,
  limitBytes: number = FITTED_LIMIT_BYTES,
): Promise<void> {
  await writeSerialized(file, saved);
  await markLastUsed(file);
  await trimCache('fitted', { folder: path.dirname(file), limitBytes });
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
