// Saves records as a baseline, to compare later records with them.
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cannotWrite } from '../../base/disk-errors.ts';
import { UserError } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { machineKey } from '../../results/machine-identity.ts';
import { latestRecords } from '../../results/select.ts';
import { BASELINE_NAME, BASELINES, DIRTY, isFolder, type ResolvedName } from './resolve-name.ts';
import { recordsOf } from './select-records.ts';

/**
 * Saves records under a name: of each fit on each machine the newest. It copies all of them or none.
 *
 * @param name letters, digits, dots, dashes and underscores
 * @param resolved the records to copy
 * @param options the folder of records, and whether a baseline of that name may be replaced
 * @returns the folder and the number of records in it
 * @throws UserError when the name is not allowed or taken, there are no records, or a file cannot be written
 */
export async function saveBaseline(
  name: string,
  { selection, folder: source, entries }: ResolvedName,
  { results, force }: { readonly results: string; readonly force: boolean },
): Promise<{ readonly folder: string; readonly records: number }> {
  if (!BASELINE_NAME.test(name) || name === DIRTY) {
    throw new UserError(
      `invalid name of a baseline: "${name}"; allowed: up to 80 letters, digits, dots, dashes and underscores, starting with a letter or digit, but not "${DIRTY}"`,
    );
  }
  const own = recordsOf(entries, selection);
  const chosen = [...groupBy(own, ({ record }) => machineKey(record.machine)).values()].flatMap(latestRecords);
  if (chosen.length === 0)
    throw new UserError(`nothing to save: no record in ${source}; npm run bench creates records`);
  const folder = path.join(results, BASELINES, name);
  const isTaken = await isFolder(folder);
  if (isTaken && !force) throw new UserError(`the baseline "${name}" exists already; --force replaces it`);
  const temporary = path.join(results, BASELINES, `.${randomUUID()}.tmp`);
  try {
    for (const { file } of chosen) {
      const copy = path.join(temporary, path.relative(source, file));
      await mkdir(path.dirname(copy), { recursive: true });
      await copyFile(file, copy);
    }
    await replaceFolder(temporary, folder, isTaken);
  } catch (cause) {
    throw cannotWrite(folder, cause);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
  return { folder, records: chosen.length };
}

async function replaceFolder(temporary: string, folder: string, isTaken: boolean): Promise<void> {
  if (!isTaken) return rename(temporary, folder);
  const old = `${temporary}.old`;
  await rename(folder, old);
  try {
    await rename(temporary, folder);
  } catch (error) {
    await rename(old, folder);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
