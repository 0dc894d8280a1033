// Marks places in the cache that a process uses, so that no other process removes them.
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from './cache.ts';
import { ownerOf, processMark } from './process-mark.ts';

/** Ends a use. */
export type EndUse = () => Promise<void>;

let uses = 0;

/**
 * Marks a place as used by this process, until the use or the process ends. Does nothing if the cache cannot be written
 * to. Removes the marks of processes that have ended.
 *
 * @param place path of a file or folder in the cache; need not exist
 */
export async function useInCache(place: string): Promise<EndUse> {
  const folder = cacheFolder('in-use');
  const file = path.join(folder, `${keyOf(place)}.${processMark()}.${++uses}`);
  await mkdir(folder, { recursive: true })
    // Its name says everything: an empty file needs no space.
    .then(() => writeFile(file, ''))
    .catch(() => undefined);
  for (const name of await marksIn(folder)) if (ownerOf(name) === 'ended') await remove(path.join(folder, name));
  return () => remove(file);
}

/**
 * Tells whether a process uses a place, this one included. A process of another machine or container that shares the
 * cache counts as running until its mark is deleted.
 *
 * @param place as for `useInCache`
 */
export async function isInUse(place: string): Promise<boolean> {
  return (await marksOf(place)).some((name) => ownerOf(name) !== 'ended');
}

/**
 * Tells whether another process of this machine uses a place.
 *
 * @param place as for `useInCache`
 */
export async function isUsedElsewhere(place: string): Promise<boolean> {
  const own = `.${processMark()}.`;
  return (await marksOf(place)).some((name) => ownerOf(name) === 'running' && !name.includes(own));
}

async function marksOf(place: string): Promise<string[]> {
  const start = `${keyOf(place)}.`;
  return (await marksIn(cacheFolder('in-use'))).filter((name) => name.startsWith(start));
}

function marksIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function remove(file: string): Promise<void> {
  return rm(file, { force: true }).catch(() => undefined);
}

/** Names a place, relative to the cache: other processes may reach the cache by another path. */
function keyOf(place: string): string {
  return createHash('sha256').update(path.relative(cacheFolder(), place)).digest('hex').slice(0, 16);
}
