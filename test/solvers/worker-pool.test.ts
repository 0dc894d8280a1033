import { describe, expect, it } from 'vitest';
import { createWorkerPool, runInWorkers } from '../../src/solvers/worker-pool.ts';

const worker = new URL('../fixtures/echo-worker.ts', import.meta.url);
interface Task {
  value: number;
  waitMs?: number;
}

describe('runInWorkers', () => {
  it.each([1, 3])('returns results in the order of the tasks with %i threads', async (threads) => {
    // The first task is the slowest, so with several threads it ends last.
    const tasks: Task[] = [{ value: 1, waitMs: 40 }, { value: 2 }, { value: 3 }, { value: 4 }];
    const seen: number[] = [];
    const results = await runInWorkers<Task, number>(worker, tasks, { threads, onResult: (_, i) => seen.push(i) });
    expect(results).toEqual([1, 4, 9, 16]);
    expect(seen.toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('returns an empty list for no task', async () => {
    expect(await runInWorkers<Task, number>(worker, [], { threads: 2 })).toEqual([]);
  });

  it('rejects with the error of a worker', async () => {
    const run = runInWorkers<Task, number>(worker, [{ value: 1 }, { value: -1 }], { threads: 2 });
    await expect(run).rejects.toThrow(new RangeError('negative: -1'));
  });

  it('ends a worker during an endless computation if aborted', async () => {
    const controller = new AbortController();
    const tasks: Task[] = [{ value: 2 }, { value: Number.POSITIVE_INFINITY }];
    const run = runInWorkers<Task, number>(worker, tasks, {
      threads: 2,
      signal: controller.signal,
      onResult: () => controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
  });

  it('starts nothing if the signal was already aborted', async () => {
    const run = runInWorkers<Task, number>(worker, [{ value: 2 }], { threads: 1, signal: AbortSignal.abort('no') });
    await expect(run).rejects.toBe('no');
  });

  it('rejects if the worker file does not exist', async () => {
    const run = runInWorkers<Task, number>(new URL('./none.ts', import.meta.url), [{ value: 1 }], { threads: 1 });
    await expect(run).rejects.toThrow(/none\.ts/);
  });

  it('rejects a thread count below one', async () => {
    const run = runInWorkers<Task, number>(worker, [{ value: 1 }], { threads: 0 });
    await expect(run).rejects.toThrow('invalid threads: 0; a positive integer');
  });
});

describe('createWorkerPool', () => {
  it('continues after a task has thrown', async () => {
    const pool = createWorkerPool<Task, number>(worker, { threads: 1 });
    await expect(pool.run({ value: -2 })).rejects.toThrow('negative: -2');
    expect(await pool.run({ value: 5 })).toBe(25);
    await pool.close();
    await expect(pool.run({ value: 5 })).rejects.toThrow('closed');
  });
});
