// Reads from Linux what a process and everything that it started has used. The process itself is not asked.
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Reads the processor time of a process with all of its threads and descendants, those included that have ended and were
 * waited for.
 *
 * @param pid of the process
 * @returns seconds, in steps of 0.01; null where the system does not tell, or the process has ended
 */
export function processorSecondsOf(pid: number): number | null {
  const own = ticksOf(pid);
  if (own === null) return null;
  return (own + descendantsOf(pid).reduce((sum, child) => sum + (ticksOf(child) ?? 0), 0)) / TICKS_PER_SECOND;
}

/**
 * Reads the highest resident memory that a process has had.
 *
 * @param pid of the process
 * @returns bytes; null where the system does not tell, or the process has ended
 */
export function peakRssOf(pid: number): number | null {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/**
 * Counts the threads of a process that compute, or wait for a free core, at this moment.
 *
 * @param pid of the process
 * @returns null where the system does not tell, or the process has ended
 */
export function runningThreadsOf(pid: number): number | null {
  const threads = list(`/proc/${pid}/task`);
  if (threads.length === 0) return null;
  return threads.filter((thread) => statOf(`/proc/${pid}/task/${thread}/stat`)[0] === 'R').length;
}

function ticksOf(pid: number): number | null {
  // utime, stime, and those of children that were waited for: fields 14 to 17 of proc(5).
  const ticks = statOf(`/proc/${pid}/stat`).slice(11, 15).map(Number);
  return ticks.length === 4 && ticks.every(Number.isFinite) ? ticks.reduce((sum, value) => sum + value, 0) : null;
}

function descendantsOf(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The fields of a `stat` file from the third one, the state, on. The second is a name that may contain anything. */
function statOf(file: string): string[] {
  const text = read(file);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not Linux, or the process has ended.
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
