// Notices that code of models was saved. It looks at the files ten times a second: that works on every file system, with
// editors that write into a file and with those that replace it, and costs a thousandth of a core.
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../base/root.ts';
import { currentFiles } from '../fitted/model-code.ts';
import type { Device } from '../types.ts';

const INTERVAL_MILLISECONDS = 100;
/** A save is over when nothing changes for so long. */
const QUIET_MILLISECONDS = 40;

/** What was saved. */
export interface Saved {
  /** Ids of the models that load one of the files. */
  readonly ids: readonly string[];
  /** Paths from the project's root. */
  readonly files: readonly string[];
  /** When the last one was written, in milliseconds since 1970. */
  readonly time: number;
}

/** The watched files. */
export interface CodeWatch {
  /** Number of files of all models. */
  readonly count: number;
  /**
   * Waits until code is saved.
   *
   * @returns what was saved since the watch began or the call before ended
   * @throws AbortError when the signal is aborted
   */
  next(signal: AbortSignal): Promise<Saved>;
}

/** The state of each file of a model: when and as what it was written. */
type Stamps = ReadonlyMap<string, string>;

/**
 * Starts to watch the files of models, as they are at this moment.
 *
 * @param ids of the models
 * @param device what they compute on
 * @param root the project's root
 */
export async function watchCode(ids: readonly string[], device: Device, root = projectRoot): Promise<CodeWatch> {
  let known: ReadonlyMap<string, Stamps> = await stampsOfAll(ids, device, root);
  let folders = await stampFolders(known, root);
  return {
    count: new Set([...known.values()].flatMap((stamps) => [...stamps.keys()])).size,
    async next(signal) {
      for (;;) {
        // Files are parsed again only if one of them, or what their folders contain, is different.
        while ((await haveSameStamps(known, root)) && isEqual(folders, await stampFolders(known, root))) {
          await sleep(INTERVAL_MILLISECONDS, undefined, { signal });
        }
        const now = await untilQuiet(() => stampsOfAll(ids, device, root), signal);
        const before = known;
        known = now;
        folders = await stampFolders(known, root);
        const saved = compare(before, now);
        if (saved.ids.length > 0) return saved;
      }
    },
  };
}

async function untilQuiet(
  read: () => Promise<Map<string, Stamps>>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Stamps>> {
  for (let now = await read(); ; ) {
    await sleep(QUIET_MILLISECONDS, undefined, { signal });
    const later = await read();
    if ([...now].every(([id, stamps]) => isEqual(stamps, later.get(id)!))) return later;
    now = later;
  }
}

function compare(before: ReadonlyMap<string, Stamps>, now: ReadonlyMap<string, Stamps>): Saved {
  const changed = [...now].map(([id, stamps]) => ({ id, files: changedFiles(before.get(id)!, stamps) }));
  const files = new Set(changed.flatMap((one) => one.files));
  const stamps = [...now.values()].flatMap((own) => [...files].map((file) => own.get(file) ?? ''));
  return {
    ids: changed.filter((one) => one.files.length > 0).map(({ id }) => id),
    files: [...files].sort(),
    time: Math.max(0, ...stamps.map((stamp) => Number.parseFloat(stamp) || 0)),
  };
}

/** The saved files. Code that imports something else names more or fewer files: these count if nothing was saved. */
function changedFiles(before: Stamps, now: Stamps): string[] {
  const saved = [...now].filter(([file, stamp]) => before.has(file) && before.get(file) !== stamp);
  if (saved.length > 0) return saved.map(([file]) => file);
  return [...before.keys(), ...now.keys()].filter((file) => !before.has(file) || !now.has(file));
}

async function stampsOfAll(ids: readonly string[], device: Device, root: string): Promise<Map<string, Stamps>> {
  const stamps = new Map<string, Stamps>();
  for (const id of ids) {
    // A file that is being replaced is missing for a moment.
    const files = await currentFiles(id, device, root).catch(() => []);
    stamps.set(id, await stampAll(files, root));
  }
  return stamps;
}

async function haveSameStamps(known: ReadonlyMap<string, Stamps>, root: string): Promise<boolean> {
  for (const stamps of known.values()) {
    if (!isEqual(stamps, await stampAll([...stamps.keys()], root))) return false;
  }
  return true;
}

/** The folders of all files: a file may appear in them that the code lacks. */
function stampFolders(known: ReadonlyMap<string, Stamps>, root: string): Promise<Stamps> {
  const files = [...known.values()].flatMap((stamps) => [...stamps.keys()]);
  return stampAll([...new Set(['models', ...files.map((file) => path.posix.dirname(file))])], root);
}

async function stampAll(files: readonly string[], root: string): Promise<Stamps> {
  const stamp = async (file: string): Promise<[string, string]> => {
    const found = await lstat(path.join(root, file)).catch(() => null);
    return [file, found ? `${found.mtimeMs} ${found.ino} ${found.size}` : ''];
  };
  return new Map(await Promise.all(files.map(stamp)));
}

function isEqual(one: Stamps, other: Stamps): boolean {
  return one.size === other.size && [...one].every(([file, stamp]) => other.get(file) === stamp);
}
