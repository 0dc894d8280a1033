// The one policy of the cache: its kinds, the space that each may take, and what is removed: what was unused for longest, never
// what is in use.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, folderBytes } from './cache.ts';
import { isInUse } from './in-use.ts';
import { ownerOf } from './process-mark.ts';

/** A kind of things in the cache. */
interface KindFacts {
  readonly holds: string;
  /** Space that all things of the kind may take together. */
  readonly limitBytes: number;
  /** The names of its things, unfinished ones included. Others are never removed. */
  readonly names: RegExp;
}

/** The kinds of things in the cache: each is a folder of it. */
export const CACHE_KINDS = {
  engine: { holds: 'TensorFlow and what is compiled for it', limitBytes: 8e9, names: /^(?!lock$)/ },
  datasets: { holds: 'downloaded data sets', limitBytes: 1e9, names: /^[^.]/ },
  splits: {
    holds: 'data sets divided into three parts',
    limitBytes: 2e9,
    names: /^[0-9a-f]{64}/,
  },
  fitted: { holds: 'fitted models, for predict, explain and serve', limitBytes: 2e9, names: /\.bin\b/ },
  checkpoints: { holds: 'states of stopped networks, for --resume', limitBytes: 2e9, names: /\.bin\b/ },
  // Not the records that a stopped run of another commit left, which its next run takes over.
  worktrees: {
    holds: 'other commits that were measured, with their packages',
    limitBytes: 3e9,
    names: /^[0-9a-f]{12}$/,
  },
  references: { holds: 'Python packages of the reference implementations', limitBytes: 10e9, names: /^[0-9a-f]{16}/ },
} as const satisfies Record<string, KindFacts>;

/** The name of a kind, and of its folder in the cache. */
export type CacheKind = keyof typeof CACHE_KINDS;

/** One thing in the cache, which can be removed without the others. */
export interface CacheEntry {
  /** Absolute path of the file or folder. */
  readonly place: string;
  readonly bytes: number;
  /** When it was last used or written, in milliseconds of the system's clock. */
  readonly usedMs: number;
}

/** Removes an entry. */
export type RemoveEntry = (place: string) => Promise<void>;

/** Names of unfinished files and folders. They contain the mark of the process that writes them. */
const UNFINISHED = /\.(?:part|tmp)$|^(?:work|apt)-/;

/**
 * Lists what the cache holds of a kind.
 *
 * @param kind which
 * @param folder another folder than the kind's; need not exist
 * @returns the most recently used first
 */
export async function listCache(kind: CacheKind, folder = cacheFolder(kind)): Promise<CacheEntry[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => CACHE_KINDS[kind].names.test(name));
  const entries = await Promise.all(
    names.map(async (name): Promise<CacheEntry[]> => {
      const place = path.join(folder, name);
      // Another process may have removed it in the meantime.
      const found = await stat(place).catch(() => null);
      if (!found) return [];
      return [{ place, bytes: found.isDirectory() ? folderBytes(place) : found.size, usedMs: found.mtimeMs }];
    }),
  );
  return entries.flat().sort((a, b) => b.usedMs - a.usedMs);
}

/**
 * Tells whether a process uses an entry, or still writes it.
 *
 * @param place absolute path of the entry
 */
export async function isEntryInUse(place: string): Promise<boolean> {
  const name = path.basename(place);
  return UNFINISHED.test(name) ? ownerOf(name) !== 'ended' : isInUse(place);
}

/**
 * Removes the entries of a kind that exceed its limit, those unused for longest first, and what killed processes have left
 * unfinished. Entries in use and the most recently used one stay. Errors are ignored, because nothing depends on it.
 *
 * @param kind which
 * @param options another folder or limit than the kind's, and how an entry is removed
 */
export async function trimCache(
  kind: CacheKind,
  {
    folder = cacheFolder(kind),
    limitBytes = CACHE_KINDS[kind].limitBytes as number,
    remove = removePlace,
  }: { readonly folder?: string; readonly limitBytes?: number; readonly remove?: RemoveEntry } = {},
): Promise<void> {
  let sum = 0;
  const [latest, ...others] = await listCache(kind, folder);
  for (const { place, bytes } of latest ? [latest, ...others] : []) {
    if (UNFINISHED.test(path.basename(place))) {
      if (!(await isEntryInUse(place))) await remove(place).catch(() => undefined);
      continue;
    }
    sum += bytes;
    if (sum > limitBytes && place !== latest?.place && !(await isEntryInUse(place))) {
      await remove(place).catch(() => undefined);
    }
  }
}

/**
 * Removes all entries of a kind that are not in use.
 *
 * @param kind which
 * @param remove how an entry is removed
 * @returns the entries that were removed, and those that were not because they are in use
 * @throws Error from the file system
 */
export async function clearCache(
  kind: CacheKind,
  remove: RemoveEntry = removePlace,
): Promise<{ readonly removed: CacheEntry[]; readonly kept: CacheEntry[] }> {
  const [removed, kept]: [CacheEntry[], CacheEntry[]] = [[], []];
  for (const entry of await listCache(kind)) {
    if (await isEntryInUse(entry.place)) kept.push(entry);
    else {
      await remove(entry.place);
      removed.push(entry);
    }
  }
  return { removed, kept };
}

function removePlace(place: string): Promise<void> {
  return rm(place, { recursive: true, force: true });
}
