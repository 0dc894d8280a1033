// Watches the peak of a process's resident memory while the process runs.
import { peakRssOf } from './process-usage.ts';

const POLL_MILLISECONDS = 250;

/** Memory of a process that is being watched. */
export interface MemoryWatch {
  /** Reads the memory now: the last reading before the process ends is the most exact. */
  read(): void;
  /** Stops watching. Returns the highest resident memory in bytes; null where the system does not tell. */
  stop(): number | null;
}

/**
 * Starts to watch the memory of a process.
 *
 * @param pid of the process; undefined if it could not be started
 */
export function watchMemory(pid: number | undefined): MemoryWatch {
  let peakBytes: number | null = null;
  const read = (): void => {
    if (pid !== undefined) peakBytes = peakRssOf(pid) ?? peakBytes;
  };
  const poll = setInterval(read, POLL_MILLISECONDS);
  return {
    read,
    stop() {
      clearInterval(poll);
      return peakBytes;
    },
  };
}
