// Removes records with what lies with them.
import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { cannotWrite } from '../base/disk-errors.ts';

/**
 * Lists the files of a record: itself, and those that have its name with another ending, such as a log.
 *
 * @param file path of the record, ending in `.json`
 */
export async function filesOfRecord(file: string): Promise<string[]> {
  const start = `${path.basename(file, '.json')}.`;
  const others = (await readdir(path.dirname(file))).filter(
    (name) => name.startsWith(start) && !/\.(?:json|tmp)$/.test(name),
  );
  return [file, ...others.map((name) => path.join(path.dirname(file), name))];
}

/**
 * Removes files, and the folders that are empty then.
 *
 * @param files inside the folder
 * @param folder of all records; it stays, even if it is empty
 * @throws UserError that names the file that cannot be removed
 */
export async function removeFiles(files: readonly string[], folder: string): Promise<void> {
  for (const file of files) {
    await rm(file, { force: true }).catch((cause: unknown) => {
      throw cannotWrite(file, cause);
    });
  }
  const top = path.resolve(folder);
  for (const start of new Set(files.map((file) => path.dirname(path.resolve(file))))) {
    for (let one = start; one !== top && !path.relative(top, one).startsWith('..'); one = path.dirname(one)) {
      // Fails for a folder that is not empty.
      const isRemoved = await rmdir(one).then(
        () => true,
        () => false,
      );
      if (!isRemoved) break;
    }
  }
}
