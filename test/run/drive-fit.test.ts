import path from 'node:path';
import { deserialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { checkpointInFile, removeCheckpoint } from '../../src/run/checkpoint.ts';
import { defineModel, type LabelledImages, type ModelAdapter } from '../../src/types.ts';
import { type FitHereHooks, type FitHereRequest, fitHere } from '../fixtures/fit-here.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** Images of one pixel whose brightness is their class. */
function tinyImages(count: number): LabelledImages {
  const bytes = Uint8Array.from({ length: count }, (_, i) => i % 2);
  return {
    count,
    shape: { height: 1, width: 1, channels: 1 },
    bytes,
    pixels: Float32Array.from(bytes, (byte) => byte / 255),
    labels: bytes.slice(),
  };
}

/** A clock that only the model moves, in milliseconds. */
function fakeClock() {
  let time = 1000;
  return {
    now: () => time,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

function request(adapter: ModelAdapter, changes: Partial<FitHereRequest> = {}): FitHereRequest {
  return {
    adapter,
    params: adapter.params,
    seed: 1,
    device: 'cpu',
    threads: 1,
    classNames: ['dark', 'bright'],
    train: tinyImages(8),
    validation: tinyImages(4),
    test: tinyImages(6),
    latencyBatches: [],
    ...changes,
  };
}

function hooks(clock: { now(): number }, signal = new AbortController().signal): FitHereHooks {
  return { now: clock.now, signal, progress: () => {} };
}

const base = { family: 'baseline', kind: 'baseline', engine: 'none', summary: 'a fake', params: {} } as const;

describe('a fit in this process', () => {
  it('passes images without labels to predict, also for latency', async () => {
    const seen: boolean[] = [];
    const model = defineModel({
      ...base,
      id: 'curious',
      create: () => ({
        fit: async () => undefined,
        async predict(images) {
          seen.push('labels' in images);
          return { labels: new Uint8Array(images.count) };
        },
      }),
    });
    await fitHere(request(model, { latencyBatches: [1] }), hooks({ now: () => performance.now() }));
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen)).toEqual(new Set([false]));
  });

  it('counts training until the device is idle', async () => {
    const clock = fakeClock();
    // The device needs 2 s for work that the model does not wait for.
    let queued = 0;
    const model = defineModel({
      ...base,
      id: 'careless',
      create: () => ({
        async fit() {
          queued += 2000;
          return undefined;
        },
        predict: async (images) => ({ labels: images.bytes.slice() }),
      }),
    });
    const idle = async (): Promise<void> => clock.pass(queued);
    const { timing } = await fitHere(request(model), { ...hooks(clock), idle });
    expect(timing.trainSeconds).toBe(2);
    expect(timing.predictSeconds).toBe(0);
  });

  it('counts training, evaluation and prediction separately', async () => {
    const clock = fakeClock();
    const model = defineModel({
      ...base,
      id: 'clocked',
      create: (context) => ({
        async fit() {
          clock.pass(3000);
          await context.evaluating(async () => clock.pass(500));
          context.epoch({ epoch: 1, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5 });
          clock.pass(2000);
          await context.evaluating(async () => clock.pass(500));
          context.epoch({ epoch: 2, loss: 0.5, accuracy: 1, validationLoss: null, validationAccuracy: null });
          return { parameterCount: 7, notes: { converged: true } };
        },
        async predict(images) {
          clock.pass(images.count * 100);
          return { labels: images.bytes.slice() };
        },
      }),
    });
    const { timing, metrics, parameterCount, notes } = await fitHere(request(model), hooks(clock));
    expect(timing.firstStepSeconds).toBeNull();
    expect(timing.trainSeconds).toBe(5);
    expect(timing.predictSeconds).toBeCloseTo(0.6, 9);
    // Two passes of 0.5 s, then 4 validation and 6 training images at 0.1 s each.
    expect(timing.evaluateSeconds).toBeCloseTo(2, 9);
    expect(timing.curve.map(({ seconds }) => seconds)).toEqual([3, 5]);
    expect(metrics.accuracy).toBe(1);
    expect(metrics.validation).toEqual({ accuracy: 1, loss: null, images: 4 });
    expect(metrics.train.images).toBe(6);
    expect(parameterCount).toBe(7);
    expect(notes).toEqual({ converged: true });
  });

  it('keeps pixel maps, and refuses maps of another size or with values that are not finite', async () => {
    const clock = fakeClock();
    const shown = (values: Float32Array) =>
      defineModel({
        ...base,
        id: 'mapped',
        create: () => ({
          fit: async () => ({ pixelMaps: [{ name: 'importance', values }] }),
          predict: async (images) => ({ labels: images.bytes.slice() }),
        }),
      });
    const { height, width } = request(shown(new Float32Array())).train.shape;
    const values = new Float32Array(height * width).fill(0.5);
    const { pixelMaps } = await fitHere(request(shown(values)), hooks(clock));
    expect(pixelMaps).toEqual([{ name: 'importance', values }]);
    for (const wrong of [new Float32Array(height * width + 1), values.map(() => Number.NaN)]) {
      await expect(fitHere(request(shown(wrong)), hooks(clock))).rejects.toThrow(
        `invalid pixel map "importance": expected ${height} x ${width} finite values`,
      );
    }
  });

  it('continues a stopped fit with its curve and seconds; making the state of a checkpoint counts as training', async () => {
    const clock = fakeClock();
    const file = path.join(await temporaryFolder(), 'kept.bin');
    const epochs = (last: number) =>
      defineModel({
        ...base,
        id: 'long',
        create: ({ checkpoint, epoch }) => ({
          async fit() {
            const done = ((await checkpoint!.load()) ?? 0) as number;
            for (let e = done + 1; e <= 3; e++) {
              if (e > last) throw new Error('stopped');
              clock.pass(2000);
              epoch({ epoch: e, loss: e, accuracy: null, validationLoss: null, validationAccuracy: null });
              await checkpoint!.save(() => {
                clock.pass(500);
                return e;
              });
            }
            return { notes: { beganAt: done } };
          },
          predict: async (images) => ({ labels: images.bytes.slice() }),
        }),
      });
    const attempt = async (last: number, resume: boolean) => {
      const checkpoint = checkpointInFile({ file, resume });
      const outcome = await fitHere({ ...request(epochs(last)), checkpoint }, hooks(clock));
      await removeCheckpoint(file);
      return outcome;
    };
    await expect(attempt(2, false)).rejects.toThrow('stopped');
    const resumed = await attempt(3, true);
    expect(resumed.notes).toEqual({ beganAt: 2 });
    expect(resumed.timing.trainSeconds).toBeCloseTo(7.5, 9);
    expect(resumed.timing.curve.map(({ epoch, seconds }) => [epoch, seconds])).toEqual([
      [1, 2],
      [2, 4.5],
      [3, 7],
    ]);
    await expect(attempt(2, false)).rejects.toThrow('stopped');
    expect((await attempt(3, false)).notes).toEqual({ beganAt: 0 });
    expect((await attempt(3, true)).notes).toEqual({ beganAt: 0 });
  });

  it('warms up a TensorFlow model with a throw-away model that takes one step on random labels', async () => {
    const clock = fakeClock();
    const fits: { labels: number[]; stopped: boolean }[] = [];
    let disposed = 0;
    const model = defineModel({
      ...base,
      id: 'warm',
      needsTensorflow: true,
      create: (context) => ({
        async fit(train) {
          clock.pass(fits.length === 0 ? 4000 : 1000);
          const fit = { labels: [...train.labels], stopped: false };
          fits.push(fit);
          context.progress({ done: 1, total: 10, unit: 'step' });
          fit.stopped = context.signal.aborted;
          context.signal.throwIfAborted();
          return undefined;
        },
        predict: async (images) => ({ labels: images.bytes.slice() }),
        dispose: () => void disposed++,
      }),
    });
    const train = tinyImages(40);
    const { timing } = await fitHere(request(model, { train }), hooks(clock));
    expect(fits.map(({ stopped }) => stopped)).toEqual([true, false]);
    expect(fits[0]!.labels).not.toEqual([...train.labels]);
    expect(fits[1]!.labels).toEqual([...train.labels]);
    expect(timing.firstStepSeconds).toBe(4);
    expect(timing.trainSeconds).toBe(1);
    expect(disposed).toBe(2);
  });

  it('gives the fit the same random numbers with and without a warm-up', async () => {
    const drawn: number[] = [];
    const model = (needsTensorflow: boolean) =>
      defineModel({
        ...base,
        id: 'random',
        needsTensorflow,
        create: (context) => ({
          async fit() {
            drawn.push(Math.random());
            context.progress({ done: 1, total: 1, unit: 'step' });
            context.signal.throwIfAborted();
            return undefined;
          },
          predict: async (images) => ({ labels: images.bytes.slice() }),
        }),
      });
    await fitHere(request(model(true)), hooks(fakeClock()));
    await fitHere(request(model(false)), hooks(fakeClock()));
    expect(drawn).toHaveLength(3);
    expect(drawn[1]).toBe(drawn[2]);
  });

  it.each([
    ['too few labels', { labels: new Uint8Array(5) }],
    ['a class that does not exist', { labels: new Uint8Array(6).fill(2) }],
    ['probabilities that do not sum to 1', { labels: new Uint8Array(6), probabilities: new Float32Array(12) }],
  ])('refuses a prediction with %s', async (_what, prediction) => {
    const model = defineModel({
      ...base,
      id: 'wrong',
      create: () => ({ fit: async () => undefined, predict: async () => prediction }),
    });
    await expect(fitHere(request(model), hooks(fakeClock()))).rejects.toThrow();
  });

  it('disposes of the model if the fit throws', async () => {
    let disposed = 0;
    const model = defineModel({
      ...base,
      id: 'throwing',
      create: () => ({
        fit: async () => {
          throw new Error('out of ideas');
        },
        predict: async () => ({ labels: new Uint8Array(0) }),
        dispose: () => void disposed++,
      }),
    });
    await expect(fitHere(request(model), hooks(fakeClock()))).rejects.toThrow('out of ideas');
    expect(disposed).toBe(1);
  });

  it('measures latency at every batch size up to the number of test images', async () => {
    const seen = new Set<number>();
    const model = defineModel({
      ...base,
      id: 'quick',
      create: () => ({
        fit: async () => undefined,
        async predict(images) {
          seen.add(images.count);
          return { labels: images.bytes.slice() };
        },
      }),
    });
    const { latency } = await fitHere(
      request(model, { latencyBatches: [1, 3, 1000] }),
      hooks({ now: () => performance.now() }),
    );
    expect(latency.map(({ batch }) => batch)).toEqual([1, 3]);
    expect(seen).toContain(3);
    for (const { samples, minMs, medianMs, p99Ms } of latency) {
      expect(samples).toBeGreaterThanOrEqual(10);
      expect(minMs).toBeLessThanOrEqual(medianMs);
      expect(medianMs).toBeLessThanOrEqual(p99Ms);
    }
  });
  it('counts create as training', async () => {
    const clock = fakeClock();
    const model = defineModel({
      ...base,
      id: 'early',
      create: () => {
        clock.pass(3000);
        return { fit: async () => undefined, predict: async (images) => ({ labels: images.bytes.slice() }) };
      },
    });
    const { timing } = await fitHere(request(model), hooks(clock));
    expect(timing.trainSeconds).toBe(3);
  });

  it('counts work inside evaluating as training if passes over the validation images are faster', async () => {
    const clock = fakeClock();
    const model = defineModel({
      ...base,
      id: 'hiding',
      create: (context) => ({
        async fit() {
          await context.evaluating(() => context.evaluating(async () => clock.pass(10_000)));
          return undefined;
        },
        async predict(images) {
          clock.pass(images.count * 100);
          return { labels: images.bytes.slice() };
        },
      }),
    });
    const { timing, cautions } = await fitHere(request(model), hooks(clock));
    // Allowed are twice the 0.4 s of four images, 0.02 s for one pass, and half a second once.
    expect(timing.trainSeconds).toBeCloseTo(10 - 0.82 - 0.5, 9);
    expect(cautions).toEqual([
      '8.68 s inside context.evaluating count as training: passes over the validation images do not take that long.',
    ]);
  });

  it('scores what predict returned, not what the model writes into its arrays later', async () => {
    const labels = new Uint8Array(6);
    const model = defineModel({
      ...base,
      id: 'late',
      create: () => ({
        fit: async () => undefined,
        async predict(images) {
          if (images.count === 6) return { labels };
          labels.set([0, 1, 0, 1, 0, 1]);
          return { labels: images.bytes.slice() };
        },
      }),
    });
    const { prediction } = await fitHere(request(model), hooks(fakeClock()));
    expect([...prediction.labels]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('gives the test images in another order, without labels, and sorts the answers back', async () => {
    const test = { ...tinyImages(6), bytes: Uint8Array.of(0, 0, 0, 1, 1, 1), labels: Uint8Array.of(0, 0, 0, 1, 1, 1) };
    let seen: Uint8Array | undefined;
    const model = defineModel({
      ...base,
      id: 'by-pixel',
      create: () => ({
        fit: async () => undefined,
        async predict(images) {
          seen ??= images.bytes.slice();
          const labels = images.bytes.slice();
          return { labels, probabilities: Float32Array.from([...labels].flatMap((label) => [1 - label, label])) };
        },
      }),
    });
    const { prediction, metrics } = await fitHere(request(model, { test, seed: 3 }), hooks(fakeClock()));
    expect([...seen!]).not.toEqual([...test.bytes]);
    expect(metrics.accuracy).toBe(1);
    expect([...prediction.probabilities!]).toEqual([1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1]);
  });

  describe('a loss that is not a finite number', () => {
    const diverging = (isCaught: boolean) =>
      defineModel({
        ...base,
        id: 'diverging',
        create: ({ epoch }) => ({
          async fit() {
            const rest = { accuracy: null, validationLoss: null, validationAccuracy: null };
            epoch({ epoch: 1, loss: 0.7, ...rest });
            try {
              epoch({ epoch: 2, loss: Number.NaN, ...rest });
            } catch (error) {
              if (!isCaught) throw error;
            }
            return undefined;
          },
          predict: async (images) => ({ labels: images.bytes.slice() }),
        }),
      });

    it('ends the fit when it is reported, with the learning rate and what to try', async () => {
      const points: unknown[] = [];
      const fit = fitHere(
        { ...request(diverging(false)), params: { learningRate: 1e30 } },
        { ...hooks(fakeClock()), point: ({ epoch, loss }) => points.push([epoch, loss]) },
      );
      await expect(fit).rejects.toMatchObject({
        name: 'diverged',
        message: expect.stringMatching(
          /^the loss of epoch 2 is not a number, with learning rate 1e\+30: the training has diverged; try a smaller/,
        ),
      });
      expect(points).toEqual([
        [1, 0.7],
        [2, Number.NaN],
      ]);
    });

    it('fails the fit of a model that goes on', async () => {
      await expect(fitHere(request(diverging(true)), hooks(fakeClock()))).rejects.toMatchObject({ name: 'diverged' });
    });
  });

  it('keeps the fitted model, and says why it does not', async () => {
    const model = (save?: () => Promise<unknown>) =>
      defineModel({
        ...base,
        id: 'kept',
        create: () => ({
          fit: async () => undefined,
          predict: async (images) => ({ labels: images.bytes.slice() }),
          ...(save && { save }),
        }),
      });
    const kept: unknown[] = [];
    const keep = async (saved: Uint8Array): Promise<void> => void kept.push(deserialize(saved));
    const reasonOf = async (adapter: ModelAdapter, keepModel = keep) =>
      (await fitHere(request(adapter, { keep: keepModel }), hooks(fakeClock()))).notKept;
    expect(await reasonOf(model(async () => [1, 2]))).toBeNull();
    expect(kept).toEqual([[1, 2]]);
    expect(await reasonOf(model())).toBe('this model cannot be saved');
    expect(await reasonOf(model(async () => () => {}))).toContain('could not be cloned');
    const full = async (): Promise<void> => {
      throw new Error('ENOSPC: no space left on device, write');
    };
    expect(
      await reasonOf(
        model(async () => 1),
        full,
      ),
    ).toBe('ENOSPC: no space left on device, write');
  });
});
