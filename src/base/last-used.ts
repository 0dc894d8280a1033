// The order in which files and folders of the cache were used, independent of a clock that jumps.
import { readdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

/**
 * Marks a file or folder as used after everything else in its folder: its modification time becomes the time of the
 * system's clock, or just after the newest of the others if the clock is behind it. Does nothing if it cannot be written.
 *
 * @param place an existing file or folder
 */
export async function markLastUsed(place: string): Promise<void> {
  const folder = path.dirname(place);
  const others = (await readdir(folder).catch(() => [])).filter((name) => name !== path.basename(place));
  const times = await Promise.all(
    others.map((name) =>
      stat(path.join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const now = new Date(times.reduce((newest, time) => Math.max(newest, Math.ceil(time) + 1), Date.now()));
  await utimes(place, now, now).catch(() => undefined);
}
