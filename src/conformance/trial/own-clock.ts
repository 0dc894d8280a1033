// The clock of the checks. It is bound before a model is imported, so that a model that replaces the process's clock does
// not change what the checks measure.
import process from 'node:process';
import type { Device } from '../../types.ts';

const readElapsed = performance.now.bind(performance);
const readUsage = process.cpuUsage.bind(process);

/** Milliseconds on two clocks. */
export const ownClock = {
  /** Returns milliseconds since the process started. */
  elapsed: (): number => readElapsed(),
  /** Returns the processor time of all threads of this process in milliseconds. */
  processor(): number {
    const { user, system } = readUsage();
    return (user + system) / 1000;
  },
};

/**
 * Returns the clock that measures work, in milliseconds: processor time on the CPU, because other programs hardly change it,
 * and elapsed time on other devices.
 *
 * @param device where the model computes
 */
export function workClock(device: Device): () => number {
  return device === 'cpu' ? ownClock.processor : ownClock.elapsed;
}

/**
 * Runs work and measures it by `workClock`.
 *
 * @param device where the model computes
 * @param work measured until its promise settles
 * @returns the result, and the milliseconds
 */
export async function measureWork<T>(
  device: Device,
  work: () => T | Promise<T>,
): Promise<{ result: T; milliseconds: number }> {
  const now = workClock(device);
  const start = now();
  const result = await work();
  return { result, milliseconds: now() - start };
}
