// Counts the threads and processes that a model starts, while the model may block its thread.
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

/** Places in the shared memory of the watching thread. */
const THREADS = 0;
const PROCESSES = 1;
const STOP = 2;

/** The watching thread reads Linux's list of this process's threads, and of the processes that each has started. */
const WATCHER = `
const { readdirSync, readFileSync } = require('node:fs');
const { parentPort, workerData: counts } = require('node:worker_threads');
const childrenOf = (task) => {
  try {
    return readFileSync('/proc/self/task/' + task + '/children', 'utf8').split(' ').filter(Boolean);
  } catch {
    return [];
  }
};
let first;
let samples = 0;
do {
  const tasks = readdirSync('/proc/self/task');
  const now = [tasks.length, tasks.flatMap(childrenOf).length];
  first ??= now;
  for (const i of [${THREADS}, ${PROCESSES}]) counts[i] = Math.max(counts[i], now[i] - first[i]);
  if (++samples === 2) parentPort.postMessage('watching');
  Atomics.wait(counts, ${STOP}, 0, 2);
} while (Atomics.load(counts, ${STOP}) === 0);
`;

/** The highest number of threads and child processes at one time, beyond those at the start. */
export interface ThreadUse {
  readonly threads: number;
  readonly processes: number;
}

/**
 * Runs work and counts the threads and child processes that it starts. It samples every two milliseconds and needs Linux.
 *
 * @param work what starts them
 */
export async function watchThreads(work: () => Promise<unknown>): Promise<ThreadUse> {
  // The first asynchronous file access starts Node's thread pool.
  await stat('.');
  const counts = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  const watcher = new Worker(WATCHER, { eval: true, workerData: counts, execArgv: [] });
  // Rejects if the thread throws.
  const ended = once(watcher, 'exit');
  await Promise.race([once(watcher, 'message'), ended]);
  try {
    await work();
  } finally {
    Atomics.store(counts, STOP, 1);
    Atomics.notify(counts, STOP);
    await ended;
  }
  return { threads: counts[THREADS]!, processes: counts[PROCESSES]! };
}
