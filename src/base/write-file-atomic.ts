// Writes files for the user: a file is complete or absent, and an error says which file and why.
import { randomUUID } from 'node:crypto';
import { open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cannotWrite } from './disk-errors.ts';
import { makeFolder } from './make-folder.ts';
import { ownerOf, processMark } from './process-mark.ts';

/**
 * Writes a file atomically: it writes a temporary file in the same folder and renames it. Creates the folder if it does not
 * exist. Removes the temporary files that killed processes have left of the same file. A symbolic link stays a link; a
 * device or a pipe, such as `/dev/stdout`, is written to.
 *
 * @param file any path
 * @param content text or bytes
 * @throws UserError that names the file and the reason; an existing file then stays unchanged
 */
export async function writeFileAtomic(file: string, content: string | Uint8Array): Promise<void> {
  try {
    if (await isDevice(file)) return await writeFile(file, content);
    const target = await realpath(file).catch(() => file);
    await makeFolder(path.dirname(target));
    await removeLeftovers(target);
    await replace(target, content);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/**
 * Checks that files can be written to a folder, before work whose result goes there. Creates the folder if it does not
 * exist.
 *
 * @param folder any path
 * @throws UserError that names the folder and the reason
 */
export async function checkWritable(folder: string): Promise<void> {
  const temporary = path.join(folder, `.${temporaryEnd()}`);
  try {
    await makeFolder(folder);
    await (await open(temporary, 'wx')).close();
    await rm(temporary);
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
}

async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${temporaryEnd()}`;
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

function temporaryEnd(): string {
  return `${processMark()}-${randomUUID()}.tmp`;
}

async function removeLeftovers(file: string): Promise<void> {
  const [folder, start] = [path.dirname(file), `${path.basename(file)}.`];
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start) || !name.endsWith('.tmp') || ownerOf(name) !== 'ended') continue;
    await rm(path.join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** Tells whether a path is neither a file nor a folder, and not missing. */
function isDevice(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  );
}
