// The program of a fit's own process: receives one job, fits, answers, ends.
import process from 'node:process';
import { messageOf } from '../base/errors.ts';
import { openSplit } from '../data/prepared.ts';
import { deviceIdle, peakDeviceBytes } from '../engine/runtime/idle.ts';
import type { ModelAdapter } from '../types.ts';
import { performFit } from './fit.ts';
import type { EngineFacts, FitJob, FitMessage } from './job.ts';

/** Progress is sent at most this often. */
const PROGRESS_MILLISECONDS = 100;

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort(new Error('stopped')));
// A harness that is gone wants no answer.
process.on('disconnect', () => process.exit(1));
process.once('message', (job) => void run(job as FitJob));

async function run(job: FitJob): Promise<void> {
  try {
    const { models } = (await import(job.modelsModule)) as { models: readonly ModelAdapter[] };
    const adapter = models.find(({ id }) => id === job.modelId);
    if (!adapter) throw new Error(`no model "${job.modelId}" in ${job.modelsModule}`);
    const { train, validation, test } = await openSplit(job.split);
    await send({ type: 'engine', engine: await engineOf(adapter, job) });
    // Making them is set-up, not training; for whoever reads bytes they would be memory wasted.
    if (adapter.needsPixels) for (const images of [train, validation, test]) void images.pixels;

    let lastSent = Number.NEGATIVE_INFINITY;
    const outcome = await performFit(
      { ...job, adapter, classNames: job.split.classNames, train, validation, test },
      {
        now: () => performance.now(),
        signal: stop.signal,
        ...(adapter.needsTensorflow && { idle: deviceIdle }),
        progress: (progress) => {
          const now = performance.now();
          if (now - lastSent < PROGRESS_MILLISECONDS && progress.done < progress.total) return;
          lastSent = now;
          void send({ type: 'progress', progress });
        },
      },
    );
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

async function engineOf(adapter: ModelAdapter, job: FitJob): Promise<EngineFacts> {
  if (adapter.needsTensorflow) {
    const { describeEngine } = await import('../engine/runtime/describe.ts');
    const { simd: _, ...engine } = await describeEngine();
    return engine;
  }
  return { name: adapter.engine, version: null, backend: null, device: 'cpu', threads: job.threads };
}

function send(message: FitMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, undefined, undefined, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
