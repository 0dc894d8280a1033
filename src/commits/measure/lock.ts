// A folder that one process at a time works in. The lock of a process that died is taken over.
import { setTimeout } from 'node:timers/promises';
import lockfile from 'proper-lockfile';

/** A lock that is not renewed for so long is that of a dead process. */
const STALE_MILLISECONDS = 15_000;
const POLL_MILLISECONDS = 500;

/** Gives the lock back. */
export type Release = () => Promise<void>;

/**
 * Locks a folder if it is free.
 *
 * @param folder need not be there; the one that it lies in must
 * @returns null when another process has it
 */
export async function tryLock(folder: string): Promise<Release | null> {
  try {
    const release = await lockfile.lock(folder, {
      realpath: false,
      stale: STALE_MILLISECONDS,
      // A lock lost while the machine slept: it is this process's again when nobody else wanted it meanwhile.
      onCompromised: () => {},
    });
    // Whatever the work came to counts, not whether the lock was still there.
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
    throw error;
  }
}

/**
 * Locks a folder, waiting for whoever has it.
 *
 * @param folder as for `tryLock`
 * @param options told once when it has to wait; the signal ends the waiting
 * @throws the signal's reason when it is aborted
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
