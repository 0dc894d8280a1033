// The program of a fit's child process: receives one job, fits, sends the result, exits.
import process from 'node:process';
import { messageOf } from '../base/errors.ts';
import { openSplit } from '../data/prepared.ts';
import { deviceIdle, peakDeviceBytes } from '../engine/runtime/idle.ts';
import type { ModelAdapter, Progress } from '../types.ts';
import { performFit } from './fit.ts';
import type { FitHooks, FitOutcome } from './fit-request.ts';
import type { EngineFacts, FitJob, FitMessage } from './job.ts';

/** Shortest time between two progress messages. */
const PROGRESS_MILLISECONDS = 100;

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort(new Error('stopped')));
// Without the harness nobody receives the result.
process.on('disconnect', () => process.exit(1));
process.once('message', (job) => void run(job as FitJob));

async function run(job: FitJob): Promise<void> {
  try {
    const outcome = await fitModel(job);
    await send({
      type: 'done',
      outcome,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      peakDeviceBytes: await peakDeviceBytes(),
    });
    process.exit(0);
  } catch (error) {
    await send({
      type: 'failed',
      kind: error instanceof Error ? error.name : 'Error',
      message: messageOf(error),
      stack: error instanceof Error && error.name !== 'UserError' ? (error.stack ?? null) : null,
    });
    process.exit(1);
  }
}

async function fitModel(job: FitJob): Promise<FitOutcome> {
  const { models } = (await import(job.modelsModule)) as { models: readonly ModelAdapter[] };
  const adapter = models.find(({ id }) => id === job.modelId);
  if (!adapter) throw new Error(`no model "${job.modelId}" in ${job.modelsModule}`);
  const { train, validation, test } = await openSplit(job.split);
  await send({ type: 'engine', engine: await engineOf(adapter, job) });
  // Float pixels are made before the clock starts, and only for models that read them: they take memory.
  if (adapter.needsPixels) for (const images of [train, validation, test]) void images.pixels;
  const hooks: FitHooks = {
    now: () => performance.now(),
    signal: stop.signal,
    progress: sendProgress(),
    ...(adapter.needsTensorflow && { idle: deviceIdle }),
  };
  return performFit({ ...job, adapter, classNames: job.split.classNames, train, validation, test }, hooks);
}

/** Sends progress, but not every step of a fast fit. */
function sendProgress(): (progress: Progress) => void {
  let lastSent = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - lastSent < PROGRESS_MILLISECONDS && progress.done < progress.total) return;
    lastSent = now;
    void send({ type: 'progress', progress });
  };
}

async function engineOf(adapter: ModelAdapter, job: FitJob): Promise<EngineFacts> {
  if (adapter.needsTensorflow) {
    const { describeEngine } = await import('../engine/runtime/describe.ts');
    const { simd, ...engine } = await describeEngine();
    return { ...engine, ...(simd !== null && { instructionSet: simd }) };
  }
  return { name: adapter.engine, version: null, backend: null, device: 'cpu', threads: job.threads };
}

function send(message: FitMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, undefined, undefined, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
