import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { FitFailure, ProcessEnded } from '../../src/run/fit-failure.ts';
import type { FitSession } from '../../src/run/fit-session.ts';
import { encodeFrame } from '../../src/run/frames.ts';
import { createRemoteSession } from '../../src/run/remote-session.ts';
import { fuzzMessages } from '../../tools/fuzz/messages.ts';

/** A session whose process is this test. */
function openSession() {
  const [requests, answers] = [new PassThrough(), new PassThrough()];
  requests.resume();
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const session = createRemoteSession({
    job: {
      modelModule: 'file:///models.ts',
      modelId: 'fake',
      params: {},
      seed: 1,
      device: 'cpu',
      threads: 1,
      classNames: ['a', 'b'],
      shape: { height: 1, width: 1, channels: 1 },
    },
    requests,
    answers,
    ended,
    limits: { value: 10_000, body: 10_000 },
    onProgress: () => {},
    onPoint: () => {},
  });
  return {
    session,
    end,
    send: (message: unknown, body?: number) => void answers.write(encodeFrame(message, body)),
    answers,
  };
}

const askFit = (session: FitSession) => session.fit(null);
const point = { epoch: 1, seconds: 1, loss: 1, accuracy: 0.5, validationLoss: null, validationAccuracy: null };
const times = {
  fitSeconds: 1,
  evaluations: [],
  checkpointSeconds: 0,
  earlier: { trainSeconds: 0, evaluateSeconds: 0 },
  curve: [point],
};
const fitted = { times, hasGradCam: false, usesSeed: false };
const answer = (value: unknown) => ({ type: 'answer', value });

/** What a process may send instead of a message or an answer, and what the reason names. */
const MALFORMED: readonly (readonly [
  what: string,
  ask: (session: FitSession) => Promise<unknown>,
  message: unknown,
  reason: string,
])[] = [
  ['null', askFit, null, 'an invalid message'],
  ['a text', askFit, 'done', 'an invalid message'],
  ['a message of an unknown type', askFit, { type: 'done' }, 'an invalid message: type'],
  [
    'an answer without its times',
    askFit,
    answer({ hasGradCam: false, usesSeed: false }),
    'an invalid answer to "fit": times',
  ],
  ['an answer that is null', askFit, answer(null), 'an invalid answer to "fit"'],
  ['a fractional parameter count', askFit, answer({ ...fitted, parameterCount: 1.5 }), 'parameterCount'],
  ['notes that are objects', askFit, answer({ ...fitted, notes: { a: { b: 1 } } }), 'notes.a'],
  ['notes that are not finite', askFit, answer({ ...fitted, notes: { a: Number.NaN } }), 'notes.a'],
  [
    'epochs that run backwards',
    askFit,
    answer({ ...fitted, times: { ...times, curve: [{ ...point, epoch: 2 }, point] } }),
    'times.curve: epoch 1 follows epoch 2',
  ],
  [
    'an epoch that is no number',
    askFit,
    answer({ ...fitted, times: { ...times, curve: [{ ...point, epoch: 'one' }] } }),
    'times.curve.0.epoch',
  ],
  [
    'an accuracy of 7',
    askFit,
    answer({ ...fitted, times: { ...times, curve: [{ ...point, accuracy: 7 }] } }),
    'times.curve.0.accuracy',
  ],
  [
    'a clock that goes back',
    askFit,
    answer({ ...fitted, times: { ...times, curve: [point, { ...point, epoch: 2, seconds: 0.5 }] } }),
    'epoch 2 ended before epoch 1',
  ],
  [
    'a time that is NaN',
    askFit,
    answer({ ...fitted, times: { ...times, fitSeconds: Number.NaN } }),
    'times.fitSeconds',
  ],
  ['a negative time', askFit, answer({ ...fitted, times: { ...times, fitSeconds: -1 } }), 'times.fitSeconds'],
  ['pixel maps of texts', askFit, answer({ ...fitted, pixelMaps: [{ name: 'a', values: 'b' }] }), 'pixelMaps.0.values'],
  ['layers without names', askFit, answer({ ...fitted, layers: [{}] }), 'layers.0.name'],
  [
    'an engine with wrong types',
    (session) => session.prepare(),
    answer({ engine: { name: 3 }, needsWarmUp: true }),
    'engine.name',
  ],
  ['progress that is no progress', askFit, { type: 'progress', progress: { done: 'all' } }, 'progress.done'],
  ['an error without a message', askFit, { type: 'failed', kind: 'Error' }, 'message'],
  [
    'a checkpoint that nobody asked for',
    askFit,
    { type: 'checkpoint', times: { curve: [], trainSeconds: 1, evaluateSeconds: 1 } },
    'a checkpoint',
  ],
  ['more bytes than are accepted', askFit, answer('x'.repeat(20_000)), 'at most 10000 are accepted'],
];

describe('a session in another process', () => {
  it.each(MALFORMED)('refuses %s, with the reason', async (_what, ask, message, reason) => {
    const { session, send } = openSession();
    const asked = ask(session);
    send(message);
    const error = await asked.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FitFailure);
    expect((error as FitFailure).error).toEqual({
      kind: 'protocol',
      message: expect.stringContaining(reason),
      stack: null,
    });
    expect((error as FitFailure).error.message).toMatch(/^the process of the model sent /);
    // After that nothing is believed.
    await expect(session.end()).rejects.toBe(error);
  });

  it('refuses bytes that are no message', async () => {
    const { session, answers } = openSession();
    const asked = askFit(session);
    answers.write(Buffer.from('0000000000 this is no message, but long enough to be one'));
    await expect(asked).rejects.toThrow('bytes that are no message');
  });

  it('refuses an answer before the question', async () => {
    const { session, send } = openSession();
    send(answer(null));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(askFit(session)).rejects.toThrow('an answer that the harness did not ask for');
  });

  it('passes on what the model threw, and asks on', async () => {
    const { session, send } = openSession();
    const asked = session.save();
    send({ type: 'failed', kind: 'RangeError', message: 'too large', stack: 'at save' });
    await expect(asked).rejects.toMatchObject({
      error: { kind: 'RangeError', message: 'too large', stack: 'at save' },
    });
    const ended = session.end();
    send(answer({ peakDeviceBytes: null }));
    expect(await ended).toEqual({ peakDeviceBytes: null });
  });

  it('says that the process has ended', async () => {
    const { session, end } = openSession();
    const asked = askFit(session);
    end();
    await expect(asked).rejects.toBeInstanceOf(ProcessEnded);
  });

  it('takes a checkpoint during a fit that has one, with its state', async () => {
    const { session, answers, send } = openSession();
    const kept: unknown[] = [];
    const store = { load: async () => null, save: async (state: object) => void kept.push(state) };
    const asked = session.fit(store);
    await new Promise((resolve) => setImmediate(resolve));
    send({ type: 'checkpoint', times: { curve: [point], trainSeconds: 1, evaluateSeconds: 0 } }, 3);
    answers.write(Uint8Array.of(1, 2, 3));
    send(answer(fitted));
    await asked;
    expect(kept).toEqual([{ curve: [point], trainSeconds: 1, evaluateSeconds: 0, state: Uint8Array.of(1, 2, 3) }]);
  });

  it('answers or refuses 2,000 random malformed messages, and throws nothing else', async () => {
    const { answered, refused, unexpected } = await fuzzMessages(1, 2000);
    expect(unexpected).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});
