// The receiving side of a worker pool, in the worker thread.
import { parentPort } from 'node:worker_threads';

/**
 * Handles a pool's tasks, one at a time, until the pool closes. A worker file calls it once, at its end.
 *
 * @param handle performs one task; what it throws rejects the task's promise
 * @throws Error if this thread is not a worker
 */
export function answerTasks<Task, Result>(handle: (task: Task) => Result | Promise<Result>): void {
  const port = parentPort;
  if (!port) throw new Error('answerTasks: this thread is not a worker');
  port.on('message', async (task: Task) => {
    try {
      port.postMessage({ result: await handle(task) });
    } catch (error) {
      port.postMessage({ error });
    }
  });
}
