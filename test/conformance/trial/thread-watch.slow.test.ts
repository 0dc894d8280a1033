import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { watchThreads } from '../../../src/conformance/trial/thread-watch.ts';

it('counts nothing for work in this thread', async () => {
  expect(await watchThreads(() => sleep(20))).toEqual({ threads: 0, processes: 0 });
});

it('counts the threads and processes that exist at the same time', async () => {
  const use = await watchThreads(async () => {
    const waiting = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';
    const workers = [1, 2, 3].map(() => new Worker(waiting, { eval: true, execArgv: [] }));
    await Promise.all(workers.map((worker) => once(worker, 'online')));
    const child = spawn('sleep', ['10']);
    await sleep(30);
    child.kill();
    await Promise.all([once(child, 'close'), ...workers.map((worker) => worker.terminate())]);
  });
  expect(use).toEqual({ threads: 3, processes: 1 });
});

it('rejects if the work rejects', async () => {
  await expect(watchThreads(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
});
