// Fitted models in the cache, one file a fit, so that pictures can be classified without fitting again.
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../base/cache.ts';
import { DamagedFile, readChecksummed, writeChecksummed } from '../base/checksummed-file.ts';
import { UserError } from '../base/errors.ts';
import { type FitIdentity, fileOf } from './fit-identity.ts';

/** What all kept models together may take; the longest unused go first. */
export const FITTED_LIMIT_BYTES = 2e9;

/**
 * Names the file of a fitted model.
 *
 * @param fit what it is a fit of
 */
export function fittedFile(fit: FitIdentity): string {
  return cacheFolder('fitted', fileOf(fit));
}

/**
 * Keeps a fitted model, and removes those longest unused when all together become too large.
 *
 * @param file of `fittedFile`
 * @param saved what `save` of the classifier gave
 * @param limitBytes of all files in the folder; the new one stays whatever its size
 * @throws Error as the file system does, or when the value cannot be copied
 */
export async function keepFitted(file: string, saved: unknown, limitBytes = FITTED_LIMIT_BYTES): Promise<void> {
  await writeChecksummed(file, saved);
  const folder = path.dirname(file);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.bin') && name !== path.basename(file));
  const others = await Promise.all(
    names.map(async (name) => {
      const other = path.join(folder, name);
      // Another process may have removed it meanwhile.
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
 * Tells whether a fitted model is kept.
 *
 * @param file of `fittedFile`
 */
export async function isKept(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * Reads a fitted model, which counts as use.
 *
 * @param file of `fittedFile`
 * @returns for `load` of a classifier; null when there is none
 * @throws UserError when the file is damaged
 */
export async function readFitted(file: string): Promise<unknown> {
  try {
    const saved = await readChecksummed(file);
    const now = new Date();
    // Whoever may read may not always write.
    if (saved !== null) await utimes(file, now, now).catch(() => undefined);
    return saved;
  } catch (cause) {
    if (!(cause instanceof DamagedFile)) throw cause;
    throw new UserError(`damaged model: ${file}; delete it and fit again (npm run bench)`, { cause });
  }
}
