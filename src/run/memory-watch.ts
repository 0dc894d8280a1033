// Reads the peak of a process's resident memory from Linux while the process runs.
import { readFile } from 'node:fs/promises';

const POLL_MILLISECONDS = 250;

/** Memory of a process that is being watched. */
export interface MemoryWatch {
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
  const poll = setInterval(async () => {
    if (pid !== undefined) peakBytes = (await peakRssOf(pid)) ?? peakBytes;
  }, POLL_MILLISECONDS);
  return {
    stop() {
      clearInterval(poll);
      return peakBytes;
    },
  };
}

/** The kernel's high-water mark of resident memory in bytes; null if there is none. */
async function peakRssOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : null;
}
