// Worker threads for the solvers: a pool that sends tasks to a worker file in TypeScript. Results depend only on the
// tasks, not on the number of threads.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';

/** Options of a pool. */
export interface PoolOptions {
  /** Maximum number of worker threads, at least 1. */
  readonly threads: number;
  /** When aborted, all workers end and unfinished tasks reject with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/** Options of a run over a list of tasks. */
export interface RunOptions<Result> extends PoolOptions {
  /** Called with each result, in the order of completion. */
  readonly onResult?: (result: Result, index: number) => void;
}

/** Worker threads that keep running between tasks. */
export interface WorkerPool<Task, Result> {
  /**
   * Sends one task to the next free worker. A task is cloned: pass large arrays as views of a SharedArrayBuffer.
   *
   * @throws what the worker threw, or `signal.reason` if aborted
   */
  run(task: Task): Promise<Result>;
  /** Ends the workers and resolves when they have exited. Unfinished tasks reject. */
  close(): Promise<void>;
}

type Answer<Result> = { readonly result: Result } | { readonly error: unknown };

interface Job<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

const bundles = new Map<string, string>();

// Node 20 does not accept a TypeScript file as the entry of a worker. Registering a loader in each worker costs a tenth of a
// second of processor time, so the file is bundled to JavaScript once per process.
function startWorker(workerUrl: URL): Worker {
  const file = fileURLToPath(workerUrl);
  const code = bundles.get(file) ?? bundle(file);
  bundles.set(file, code);
  return new Worker(code, { eval: true, execArgv: [] });
}

function bundle(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

/**
 * Creates a pool of worker threads for a worker file, which calls `answerTasks`. The file may be TypeScript.
 *
 * @param workerUrl `new URL('./name-worker.ts', import.meta.url)`
 * @throws RangeError if `threads` is not a positive integer
 */
export function createWorkerPool<Task, Result>(
  workerUrl: URL,
  { threads, signal }: PoolOptions,
): WorkerPool<Task, Result> {
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`invalid threads: ${threads}; a positive integer`);
  return new ThreadPool<Task, Result>(workerUrl, threads, signal);
}

class ThreadPool<Task, Result> implements WorkerPool<Task, Result> {
  private readonly waiting: Job<Task, Result>[] = [];
  private readonly busy = new Map<Worker, Job<Task, Result>>();
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly workerUrl: URL;
  private readonly threads: number;
  private readonly signal: AbortSignal | undefined;
  private ended: { reason: unknown } | undefined;

  constructor(workerUrl: URL, threads: number, signal: AbortSignal | undefined) {
    this.workerUrl = workerUrl;
    this.threads = threads;
    this.signal = signal;
    if (signal?.aborted) this.ended = { reason: signal.reason };
    else signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  run(task: Task): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended.reason);
      this.waiting.push({ task, resolve, reject });
      return this.dispatch();
    });
  }

  close(): Promise<void> {
    return this.end(new Error('the worker pool is closed'));
  }

  private readonly onAbort = (): void => void this.end(this.signal?.reason);

  private async end(reason: unknown): Promise<void> {
    this.ended ??= { reason };
    this.signal?.removeEventListener('abort', this.onAbort);
    const unfinished = [...this.busy.values(), ...this.waiting.splice(0)];
    this.busy.clear();
    for (const job of unfinished) job.reject(this.ended.reason);
    await Promise.all([...this.all].map((worker) => worker.terminate()));
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const worker = this.idle.pop() ?? (this.all.size < this.threads ? this.start() : undefined);
      if (!worker) return;
      const job = this.waiting.shift()!;
      this.busy.set(worker, job);
      worker.postMessage(job.task);
    }
  }

  private start(): Worker {
    const worker = startWorker(this.workerUrl);
    this.all.add(worker);
    worker.on('message', (answer: Answer<Result>) => this.onAnswer(worker, answer));
    worker.on('error', (error) => void this.end(error));
    worker.on('exit', (code) => {
      this.all.delete(worker);
      if (!this.ended) void this.end(new Error(`worker exited early with code ${code}: ${this.workerUrl.href}`));
    });
    return worker;
  }

  private onAnswer(worker: Worker, answer: Answer<Result>): void {
    const job = this.busy.get(worker);
    this.busy.delete(worker);
    if (this.ended) return;
    if (job) {
      if ('error' in answer) job.reject(answer.error);
      else job.resolve(answer.result);
    }
    this.idle.push(worker);
    this.dispatch();
  }
}

/**
 * Runs tasks on worker threads and returns their results in the order of the tasks, for any number of threads. The first
 * error ends all workers.
 *
 * @param workerUrl `new URL('./name-worker.ts', import.meta.url)`; the file calls `answerTasks`
 * @param tasks cloned to the workers: pass large arrays as views of a SharedArrayBuffer; none gives an empty list
 * @throws what a worker threw, or `signal.reason` if aborted
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
