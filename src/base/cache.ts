// The cache folder: the only place outside the project that Fitting Room writes to (engine, data, prepared splits).
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import envPaths from 'env-paths';

/**
 * Returns the path of a folder or file in the cache. The cache folder is `FITTING_ROOM_CACHE` if it is set, otherwise the
 * system's standard cache folder (`XDG_CACHE_HOME`, usually `~/.cache/fitting-room`). Creates nothing.
 *
 * @param parts path below the cache folder
 * @returns an absolute path
 */
export function cacheFolder(...parts: string[]): string {
  const root = process.env['FITTING_ROOM_CACHE'] || envPaths('fitting-room', { suffix: '' }).cache;
  return path.resolve(root, ...parts);
}

/**
 * Sums the sizes of all files below a folder. Links are not followed.
 *
 * @param folder any path
 * @returns bytes; 0 if the folder does not exist
 */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      // Another process may delete a file after it was listed.
      .map((entry) =>
        stat(path.join(entry.parentPath ?? entry.path, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
