// The one folder outside the project that Fitting Room writes to: engine, data, prepared splits.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import envPaths from 'env-paths';

/**
 * Names a folder or file of the cache: `FITTING_ROOM_CACHE` where it is set, else the user's cache folder by the habits
 * of the system (`XDG_CACHE_HOME`, usually `~/.cache/fitting-room`). Makes nothing.
 *
 * @param parts path below the cache's root
 * @returns an absolute path
 */
export function cacheFolder(...parts: string[]): string {
  const root = process.env['FITTING_ROOM_CACHE'] || envPaths('fitting-room', { suffix: '' }).cache;
  return path.resolve(root, ...parts);
}

/**
 * Sums the sizes of the files below a folder; links are not followed.
 *
 * @param folder any path
 * @returns bytes; 0 when the folder does not exist
 */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      // A file may vanish between the listing and the look.
      .map((entry) =>
        stat(path.join(entry.parentPath ?? entry.path, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
