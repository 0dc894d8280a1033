// `node --import ./bin/typescript.mjs tools/fuzz/messages.ts --seed 1 --count 100000`: sends malformed messages to the harness, as a model's process could.
// Every request must end with a checked answer or with a reason, and nothing may throw elsewhere.
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom, type Random } from '../../src/base/random.ts';
import { FitFailure, ProcessEnded } from '../../src/run/fit-failure.ts';
import type { FitSession } from '../../src/run/fit-session.ts';
import { encodeFrame } from '../../src/run/frames.ts';
import { createRemoteSession } from '../../src/run/remote-session.ts';

/** How the requests of a run ended. */
export interface FuzzResult {
  readonly answered: number;
  readonly refused: number;
  /** What ended otherwise. */
  readonly unexpected: readonly unknown[];
}

const engine = { name: 'none', version: null, backend: null, device: 'cpu', threads: 1 };
const point = { epoch: 1, seconds: 1, loss: 1, accuracy: 0.5, validationLoss: null, validationAccuracy: null };
const earlier = { trainSeconds: 0, evaluateSeconds: 0 };
const times = { fitSeconds: 1, evaluations: [0.1], checkpointSeconds: 0, earlier, curve: [point] };

/** A valid answer to each request, and the request. */
const REQUESTS: readonly (readonly [ask: (session: FitSession) => Promise<unknown>, answer: unknown])[] = [
  [(session) => session.prepare(), { engine, needsWarmUp: false }],
  [
    (session) => session.fit(null),
    { times, parameterCount: 3, notes: { epochs: 1 }, pixelMaps: [], layers: [], hasGradCam: false, usesSeed: false },
  ],
  [(session) => session.predict('test', 2), { labels: Uint8Array.of(0, 1), probabilities: undefined, seconds: 1 }],
  [(session) => session.latency([1]), []],
  [(session) => session.gradCam([0], Uint8Array.of(0)), { layer: 'c', height: 1, width: 1, maps: Float32Array.of(1) }],
  [(session) => session.save(), { isSaved: false }],
  [(session) => session.end(), { peakDeviceBytes: null }],
];

/** Values where others are expected. */
const ODD: readonly unknown[] = [
  null,
  undefined,
  true,
  '',
  'text\u001b]0;title\u0007',
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  10n,
  [],
  {},
  new Date(0),
  new Map([[1, 2]]),
  new Error('an error'),
  new Uint8Array(3),
  new Float32Array([Number.NaN]),
  { __proto__: null, constructor: 1, toString: 2 },
];

/**
 * Sends one malformed message after another, each to a new session.
 *
 * @param seed of all random choices
 * @param rounds number of requests
 */
export async function fuzzMessages(seed: number, rounds: number): Promise<FuzzResult> {
  const random = createRandom(seed);
  const result = { answered: 0, refused: 0, unexpected: [] as unknown[] };
  for (let i = 0; i < rounds; i++) {
    const [ask, answer] = pick(REQUESTS, random);
    try {
      await askOnce(ask, bytesOf(answer, random), random);
      result.answered++;
    } catch (error) {
      if (error instanceof FitFailure || error instanceof ProcessEnded) result.refused++;
      else result.unexpected.push(error);
    }
  }
  return result;
}

async function askOnce(ask: (session: FitSession) => Promise<unknown>, bytes: Buffer, random: Random): Promise<void> {
  const [requests, answers] = [new PassThrough(), new PassThrough()];
  requests.resume();
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const session = createRemoteSession({
    job: { modelModule: '', modelId: '', params: {}, seed: 1, device: 'cpu', threads: 1, ...DATA },
    requests,
    answers,
    ended,
    limits: { value: 1e6, body: 1e6 },
    onProgress: () => {},
    onPoint: () => {},
  });
  const asked = ask(session);
  for (let at = 0; at < bytes.length; ) {
    const next = at + 1 + Math.floor(random() * bytes.length);
    answers.write(bytes.subarray(at, next));
    at = next;
  }
  answers.end();
  // The process ends after its messages have arrived.
  answers.once('end', end);
  await asked;
}

const DATA = { classNames: ['a', 'b'], shape: { height: 1, width: 1, channels: 1 } };

/** Makes the bytes of some messages, of which one or more are malformed. */
function bytesOf(answer: unknown, random: Random): Buffer {
  const messages = [
    { type: 'progress', progress: { done: 1, total: 2, unit: 'step', detail: 'loss 1' } },
    { type: 'answer', value: answer },
    { type: 'failed', kind: 'Error', message: 'text', stack: null },
    { type: 'checkpoint', times: { curve: [point], trainSeconds: 1, evaluateSeconds: 0 } },
  ];
  const sent = Array.from({ length: 1 + Math.floor(random() * 3) }, () => mutate(pick(messages, random), random, 0.3));
  const bytes = Buffer.concat(sent.map((message) => encodeFrame(message, random() < 0.1 ? 5 : 0)));
  // Now and then the bytes themselves are damaged: cut, or changed in places.
  if (random() < 0.2) return bytes.subarray(0, Math.floor(random() * bytes.length));
  if (random() < 0.3)
    for (let i = 0; i < 4; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

/** Replaces, removes and adds parts of a value at random. */
function mutate(value: unknown, random: Random, rate: number): unknown {
  if (random() < rate / 3) return pick(ODD, random);
  if (Array.isArray(value)) return value.flatMap((item) => (random() < rate / 3 ? [] : [mutate(item, random, rate)]));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value).filter(() => random() > rate / 4);
  const added = random() < rate / 4 ? [['unexpected', pick(ODD, random)]] : [];
  return Object.fromEntries([...entries.map(([key, part]) => [key, mutate(part, random, rate)]), ...added]);
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random() * values.length)]!;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } });
  const { answered, refused, unexpected } = await fuzzMessages(
    Number(values.seed ?? 1),
    Number(values.count ?? 100_000),
  );
  for (const error of unexpected.slice(0, 5)) console.log(error);
  console.log(`${answered} answered, ${refused} refused, ${unexpected.length} unexpected`);
  process.exitCode = unexpected.length > 0 ? 1 : 0;
}
