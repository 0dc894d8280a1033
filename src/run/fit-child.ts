// The program of a model's process: it answers the requests of the harness, which come over file descriptor 3, on 4.
import { writeSync } from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import { createImages, sharedBytes } from '../data/images.ts';
import { deviceIdle, peakDeviceBytes } from '../engine/runtime/idle.ts';
import type { Images, ModelAdapter, Progress } from '../types.ts';
import { describeError } from './describe-error.ts';
import type { CheckpointStore, FitMessage, FitRequest, FitSession, ModelJob } from './fit-session.ts';
import { ANSWER_DESCRIPTOR, createFrameReader, encodeFrame, REQUEST_DESCRIPTOR } from './frames.ts';
import { importModel } from './import-model.ts';
import { createModelSession } from './model-session.ts';

/** Shortest time between two progress messages. */
const PROGRESS_MILLISECONDS = 100;
/** Bytes that are read at once. */
const READ_BYTES = 1 << 16;

// The stack of an error deep in a package must reach the author's line.
Error.stackTraceLimit = 50;

// Bound before the module of a model is imported, which could replace them.
const now = performance.now.bind(performance);
const cpuUsage = process.cpuUsage.bind(process);
const exit = process.exit.bind(process);
const write = writeSync;

const stop = new AbortController();
let session: FitSession | undefined;
let job: ModelJob | undefined;
let checkpointWritten: (() => void) | undefined;

process.on('SIGTERM', () => stop.abort(new Error('stopped')));
const read = createFrameReader({
  limits: { value: Number.POSITIVE_INFINITY, body: Number.POSITIVE_INFINITY },
  // Worker threads share the images.
  allocate: sharedBytes,
  onFrame: ({ value, body }) => void receive(value as FitRequest, body),
});
// One buffer for all reads: images go from it into shared memory, and nothing else is allocated.
const options = {
  fd: REQUEST_DESCRIPTOR,
  writable: false,
  onread: {
    buffer: Buffer.alloc(READ_BYTES),
    callback(bytes: number, buffer: Uint8Array): boolean {
      read(buffer.subarray(0, bytes));
      return true;
    },
  },
};
// Without the harness nobody receives the result.
new net.Socket(options).on('close', () => exit(1)).on('error', () => exit(1));

async function receive(request: FitRequest, body: Uint8Array): Promise<void> {
  if (request.type === 'checkpoint-written') {
    checkpointWritten?.();
    return;
  }
  try {
    const [value, bytes] = await answer(request, body);
    send({ type: 'answer', value }, bytes);
  } catch (error) {
    send({ type: 'failed', ...describeError(error) });
  }
  if (request.type === 'end') exit(0);
}

/** Returns the value and the body of the answer. */
async function answer(request: FitRequest, body: Uint8Array): Promise<[value: unknown, body?: Uint8Array]> {
  // A model that waits for the signal in its fit would not notice that it came before.
  stop.signal.throwIfAborted();
  if (request.type === 'prepare') {
    job = request.job;
    session = await openSession(request.job);
    return [await session.prepare()];
  }
  if (!session || !job) throw new Error('the harness sent no job');
  switch (request.type) {
    case 'warm-up':
      return [await session.warmUp(createImages(body, request.labels, job.shape))];
    case 'receive':
      return [await session.receive(request.part, imagesOf(request, body, job))];
    case 'fit':
      return [await session.fit(request.hasCheckpoint ? checkpointOf(request, body) : null)];
    case 'predict':
      return [await session.predict(request.part, request.count)];
    case 'latency':
      return [await session.latency(request.batches)];
    case 'grad-cam':
      return [await session.gradCam(request.positions, request.labels)];
    case 'save': {
      const saved = await session.save();
      return [{ isSaved: saved !== null }, saved ?? undefined];
    }
    default:
      return [await session.end()];
  }
}

async function openSession({ modelModule, modelId, ...setup }: ModelJob): Promise<FitSession> {
  const adapter = await importModel(modelModule, modelId);
  return createModelSession(
    { ...setup, adapter },
    {
      now,
      processorSeconds: () => {
        const { user, system } = cpuUsage();
        return (user + system) / 1e6;
      },
      signal: stop.signal,
      progress: sendProgress(),
      point: (point) => send({ type: 'point', point }),
      ...(adapter.needsTensorflow && { idle: deviceIdle }),
      describe: () => engineOf(adapter, setup.threads),
      peakDeviceBytes,
    },
  );
}

function imagesOf(
  { count, labels }: Extract<FitRequest, { type: 'receive' }>,
  bytes: Uint8Array,
  { shape }: ModelJob,
): Images {
  const shared = sharedBytes(count);
  if (labels) shared.set(labels);
  return createImages(bytes, shared, shape);
}

/** The harness keeps the checkpoint: it has sent the earlier state, and is sent each new one. */
function checkpointOf({ times }: Extract<FitRequest, { type: 'fit' }>, state: Uint8Array): CheckpointStore {
  return {
    load: async () => times && { ...times, state: state.slice() },
    save: ({ state, ...times }) =>
      new Promise((resolve) => {
        checkpointWritten = resolve;
        send({ type: 'checkpoint', times: { ...times, curve: [...times.curve] } }, state);
      }),
  };
}

/** Sends progress, but not every step of a fast fit. */
function sendProgress(): (progress: Progress) => void {
  let lastSent = Number.NEGATIVE_INFINITY;
  return ({ done, total, unit, detail }) => {
    const time = now();
    if (time - lastSent < PROGRESS_MILLISECONDS && done < total) return;
    lastSent = time;
    send({ type: 'progress', progress: { done, total, unit, detail } });
  };
}

async function engineOf(adapter: ModelAdapter, threads: number) {
  if (adapter.needsTensorflow) {
    const { describeEngine } = await import('../engine/runtime/describe.ts');
    return describeEngine();
  }
  return { name: adapter.engine, version: null, backend: null, device: 'cpu' as const, threads };
}

/** Resolves nothing later: when this function returns, the operating system has the message. */
function send(message: FitMessage, body?: Uint8Array): void {
  writeAll(encodeFrame(message, body?.length));
  if (body) writeAll(body);
}

function writeAll(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += write(ANSWER_DESCRIPTOR, bytes, done, bytes.length - done);
}
