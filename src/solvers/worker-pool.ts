// Worker threads for the solvers: a pool that hands tasks to a worker file written in TypeScript, and the worker's side
// of it. Results depend on the tasks alone, never on how many threads there are.
import { parentPort, Worker } from 'node:worker_threads';

/** What a pool needs. */
export interface PoolOptions {
  /** Worker threads to start, at least 1. */
  readonly threads: number;
  /** Ends every worker when aborted; what was not finished rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/** What a run over a list of tasks needs. */
export interface RunOptions<Result> extends PoolOptions {
  /** Told of each result as it comes, in the order of completion. */
  readonly onResult?: (result: Result, index: number) => void;
}

/** Threads that stay up between tasks. */
export interface WorkerPool<Task, Result> {
  /**
   * Gives one task to the next free worker. A task is cloned: pass large arrays as views of a SharedArrayBuffer.
   *
   * @throws whatever the worker threw, or `signal.reason` once aborted
   */
  run(task: Task): Promise<Result>;
  /** Ends the workers; resolves when they are gone. Tasks still open reject. */
  close(): Promise<void>;
}

type Answer<Result> = { readonly result: Result } | { readonly error: unknown };

interface Job<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

// Node 20 refuses a TypeScript file as a worker's entry even with tsx as its --import, so the entry is a line of
// JavaScript that registers tsx in the worker and imports the file. Works on Node 20, 22 and 24, under tsx and vitest.
function bootstrap(workerUrl: URL): string {
  const tsx = import.meta.resolve('tsx/esm/api');
  return `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(workerUrl.href)}); });`;
}

/**
 * Starts worker threads on a worker file. The file may be TypeScript and calls `answerTasks`.
 *
 * @param workerUrl `new URL('./name-worker.ts', import.meta.url)`
 * @throws RangeError when `threads` is not a positive integer
 */
export function createWorkerPool<Task, Result>(
  workerUrl: URL,
  { threads, signal }: PoolOptions,
): WorkerPool<Task, Result> {
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`invalid threads: ${threads}; a positive integer`);
  const waiting: Job<Task, Result>[] = [];
  const busy = new Map<Worker, Job<Task, Result>>();
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let ended: { reason: unknown } | undefined;

  const end = async (reason: unknown): Promise<void> => {
    ended ??= { reason };
    signal?.removeEventListener('abort', onAbort);
    const open = [...busy.values(), ...waiting.splice(0)];
    busy.clear();
    for (const job of open) job.reject(ended.reason);
    await Promise.all([...all].map((worker) => worker.terminate()));
  };
  const onAbort = (): void => void end(signal?.reason);
  if (signal?.aborted) ended = { reason: signal.reason };
  else signal?.addEventListener('abort', onAbort, { once: true });

  const start = (): Worker => {
    const worker = new Worker(bootstrap(workerUrl), { eval: true, execArgv: [] });
    all.add(worker);
    worker.on('message', (answer: Answer<Result>) => {
      const job = busy.get(worker);
      busy.delete(worker);
      if (ended) return;
      if (job) {
        if ('error' in answer) job.reject(answer.error);
        else job.resolve(answer.result);
      }
      idle.push(worker);
      dispatch();
    });
    worker.on('error', (error) => void end(error));
    worker.on('exit', (code) => {
      all.delete(worker);
      if (!ended) void end(new Error(`worker ended early with code ${code}: ${workerUrl.href}`));
    });
    return worker;
  };

  const dispatch = (): void => {
    while (waiting.length > 0) {
      const worker = idle.pop() ?? (all.size < threads ? start() : undefined);
      if (!worker) return;
      const job = waiting.shift()!;
      busy.set(worker, job);
      worker.postMessage(job.task);
    }
  };

  return {
    run(task) {
      return new Promise<Result>((resolve, reject) => {
        if (ended) return reject(ended.reason);
        waiting.push({ task, resolve, reject });
        return dispatch();
      });
    },
    close: () => end(new Error('the worker pool is closed')),
  };
}

/**
 * Runs tasks over worker threads and resolves to their results in the order of the tasks, whatever the thread count.
 * The first error ends all workers and rejects.
 *
 * @param workerUrl `new URL('./name-worker.ts', import.meta.url)`; the file calls `answerTasks`
 * @param tasks cloned to the workers: pass large arrays as views of a SharedArrayBuffer; none gives an empty list
 * @throws whatever a worker threw, or `signal.reason` when aborted
 */
export async function runInWorkers<Task, Result>(
  workerUrl: URL,
  tasks: readonly Task[],
  { threads, signal, onResult }: RunOptions<Result>,
): Promise<Result[]> {
  signal?.throwIfAborted();
  const pool = createWorkerPool<Task, Result>(workerUrl, signal ? { threads, signal } : { threads });
  try {
    return await Promise.all(
      tasks.map(async (task, index) => {
        const result = await pool.run(task);
        onResult?.(result, index);
        return result;
      }),
    );
  } finally {
    await pool.close();
  }
}

/**
 * Answers a pool's tasks, one at a time, until the pool closes. To be called once, at the end of a worker file.
 *
 * @param handle does one task; what it throws rejects the task's promise
 * @throws Error when this thread is not a worker
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
