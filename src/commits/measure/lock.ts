// Locks a folder of the cache for one process. The lock of a process that died is taken over.
import { setTimeout } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { isUsedElsewhere, useInCache } from '../../base/in-use.ts';

/** A lock that was not renewed for this long belongs to a dead process, or the clock has jumped. */
const STALE_MILLISECONDS = 15_000;
const POLL_MILLISECONDS = 500;

/** Releases the lock. */
export type Release = () => Promise<void>;

/**
 * Locks a folder if no other process has locked it. A clock that jumps takes no lock from a process that runs: it has
 * also marked the folder as in use.
 *
 * @param folder need not exist; its parent folder must
 * @returns null if another process has the lock
 */
export async function tryLock(folder: string): Promise<Release | null> {
  try {
    const release = await lockfile.lock(folder, {
      realpath: false,
      stale: STALE_MILLISECONDS,
      // The lock can expire while the machine sleeps. Unless another process took it, it is still this process's.
      onCompromised: () => {},
    });
    // A lock that is already gone is no error.
    const unlock = (): Promise<void> => release().catch(() => undefined);
    if (await isUsedElsewhere(folder)) {
      await unlock();
      return null;
    }
    const endUse = await useInCache(folder);
    return () => endUse().then(unlock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
    throw error;
  }
}

/**
 * Locks a folder. Waits while another process has the lock.
 *
 * @param folder as for `tryLock`
 * @param options `onWaiting` is called once if it has to wait; the signal ends the waiting
 * @throws the signal's reason when aborted
 */
export async function waitForLock(
  folder: string,
  { signal, onWaiting }: { readonly signal: AbortSignal; onWaiting(): void },
): Promise<Release> {
  for (let isWaiting = false; ; ) {
    signal.throwIfAborted();
    const release = await tryLock(folder);
    if (release) return release;
    if (!isWaiting) onWaiting();
    isWaiting = true;
    await setTimeout(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
}
