// The session of a model in another process. Every message of that process is checked: whatever it sends, the harness
// goes on, and the fit fails with a reason.
import type { Readable, Writable } from 'node:stream';
import { messageOf } from '../base/errors.ts';
import type { Images, LabelledImages, Progress } from '../types.ts';
import { FitFailure, ProcessEnded } from './fit-failure.ts';
import {
  answerSchemas,
  type CheckpointStore,
  describeIssues,
  type FitRequest,
  type FitSession,
  type Kept,
  type ModelJob,
  messageSchema,
  type ReportedPoint,
  type RequestName,
} from './fit-session.ts';
import { createFrameReader, encodeFrame, type FrameOptions } from './frames.ts';

/** Where the process of a model is, and what it may send. */
export interface RemoteOptions {
  readonly job: ModelJob;
  readonly requests: Writable;
  readonly answers: Readable;
  /** Settles when the process has ended and its messages have arrived. */
  readonly ended: Promise<unknown>;
  readonly limits: FrameOptions['limits'];
  onProgress(progress: Progress): void;
  /** Called with each point of the learning curve, in the order of the epochs. */
  onPoint(point: ReportedPoint): void;
}

/** An answer that has been checked, and its body. */
interface Answered {
  readonly value: unknown;
  readonly body: Uint8Array;
}

/** The request that waits for an answer. */
interface Pending {
  readonly name: RequestName;
  resolve(answered: Answered): void;
  reject(reason: Error): void;
}

/**
 * Creates the session of a model whose process runs `fit-child.ts`. A request rejects with `FitFailure` if the model throws
 * or an answer is malformed, and with `ProcessEnded` if the process ends first. After a malformed message all requests
 * reject.
 */
export function createRemoteSession(options: RemoteOptions): FitSession {
  const exchange = new Exchange(options);
  const only = async (request: FitRequest & { type: RequestName }, body?: Uint8Array): Promise<never> =>
    // The schema of the request has checked the value.
    (await exchange.ask(request, body)).value as never;
  return {
    prepare: () => only({ type: 'prepare', job: options.job }),
    warmUp: (few) => only({ type: 'warm-up', labels: few.labels }, few.bytes),
    receive: (part, images) =>
      only({ type: 'receive', part, count: images.count, labels: labelsOf(images) }, images.bytes),
    async fit(checkpoint) {
      const kept = checkpoint && (await checkpoint.load());
      const times = kept && {
        curve: kept.curve,
        trainSeconds: kept.trainSeconds,
        evaluateSeconds: kept.evaluateSeconds,
      };
      const request = { type: 'fit', hasCheckpoint: checkpoint !== null, times } as const;
      return (await exchange.ask(request, kept?.state, checkpoint)).value as never;
    },
    predict: (part, count) => only({ type: 'predict', part, count }),
    latency: (batches) => only({ type: 'latency', batches }),
    gradCam: (positions, labels) => only({ type: 'grad-cam', positions, labels }),
    async save() {
      const { value, body } = await exchange.ask({ type: 'save' });
      return (value as { isSaved: boolean }).isSaved ? body : null;
    },
    end: () => only({ type: 'end' }),
  };
}

function labelsOf(images: Images | LabelledImages): Uint8Array | null {
  return 'labels' in images ? images.labels : null;
}

type AnsweredRequest = FitRequest & { type: RequestName };

/** Sends requests one after another, and checks everything that comes back. */
class Exchange {
  private readonly options: RemoteOptions;
  private pending: Pending | null = null;
  private failure: Error | null = null;
  private store: CheckpointStore | null = null;

  constructor(options: RemoteOptions) {
    this.options = options;
    const { answers, ended, limits } = options;
    const read = createFrameReader({
      limits,
      allocate: (bytes) => new Uint8Array(bytes),
      onFrame: ({ value, body }) => this.receive(value, body),
    });
    answers.on('data', (chunk: Uint8Array) => {
      if (this.failure) return;
      try {
        read(chunk);
      } catch (error) {
        this.refuse(`bytes that are no message: ${messageOf(error)}`);
      }
    });
    void ended.then(() => this.fail(new ProcessEnded('the process has ended')));
  }

  ask(request: AnsweredRequest, body?: Uint8Array, store: CheckpointStore | null = null): Promise<Answered> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.store = store;
      this.pending = { name: request.type, resolve, reject };
      this.send(request, body);
    });
  }

  private send(request: FitRequest, body?: Uint8Array): void {
    const { requests } = this.options;
    requests.write(encodeFrame(request, body?.length));
    if (body && body.length > 0) requests.write(body);
  }

  private receive(value: unknown, body: Uint8Array): void {
    const parsed = messageSchema.safeParse(value);
    if (!parsed.success) this.refuse(`an invalid message: ${describeIssues(parsed.error)}`);
    else if (parsed.data.type === 'answer') this.receiveAnswer(parsed.data.value, body);
    else if (parsed.data.type === 'progress') this.options.onProgress(parsed.data.progress as Progress);
    else if (parsed.data.type === 'point') this.options.onPoint(parsed.data.point);
    else if (parsed.data.type === 'checkpoint') this.keep({ ...parsed.data.times, state: body });
    else {
      const { kind, message, stack } = parsed.data;
      this.settle()?.reject(new FitFailure({ kind, message, stack }));
    }
  }

  private receiveAnswer(value: unknown, body: Uint8Array): void {
    const { pending } = this;
    if (!pending) {
      this.refuse('an answer that the harness did not ask for');
      return;
    }
    const parsed = answerSchemas[pending.name].safeParse(value);
    if (parsed.success) this.settle()?.resolve({ value: parsed.data, body });
    else this.refuse(`an invalid answer to "${pending.name}": ${describeIssues(parsed.error)}`);
  }

  private keep(kept: Kept): void {
    if (!this.store) this.refuse('a checkpoint that the harness did not ask for');
    else void this.store.save(kept).finally(() => this.send({ type: 'checkpoint-written' }));
  }

  private refuse(what: string): void {
    const message = `the process of the model sent ${what}`;
    this.fail(new FitFailure({ kind: 'protocol', message, stack: null }));
  }

  private fail(reason: Error): void {
    this.failure ??= reason;
    this.settle()?.reject(reason);
  }

  /** Returns the request that waits, which is then over. */
  private settle(): Pending | null {
    const { pending } = this;
    this.pending = null;
    return pending;
  }
}
