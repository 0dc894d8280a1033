// Models that cheat or send nonsense, each in a separate process: what the harness notices, and that the run goes on.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PreparedSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { runFitProcess } from '../../src/run/fit-process.ts';
import { restrict } from '../../src/run/restrict.ts';
import { twoClassDataset } from '../fixtures/datasets.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let split: PreparedSplit;
let isRestricted = false;
let cache: string;

beforeAll(async () => {
  cache = await mkdtemp(path.join(os.tmpdir(), 'fitting-room-test-'));
  vi.stubEnv('FITTING_ROOM_CACHE', cache);
  isRestricted = (await restrict(['true'])) !== null;
  const dataset = twoClassDataset(400);
  split = await prepareSplit(dataset, splitDataset(dataset, { validation: 40 }));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

async function run(
  modelId: string,
  changes: Partial<Parameters<typeof runFitProcess>[0]> = {},
  options: Partial<Parameters<typeof runFitProcess>[1]> = {},
) {
  const modelModule = new URL('../fixtures/lying-models.ts', import.meta.url).href;
  const job = {
    modelModule,
    modelId,
    params: {},
    seed: 1,
    device: 'cpu',
    threads: 2,
    split,
    latencyBatches: [],
  } as const;
  const { signal } = new AbortController();
  return runFitProcess({ ...job, ...changes }, { signal, onProgress: () => {}, ...options });
}

async function outcome(modelId: string, changes = {}) {
  const ended = await run(modelId, changes);
  if (ended.status !== 'ok') throw new Error(ended.error.message);
  return ended.outcome;
}

describe('a model that', () => {
  it('is honest is not accused', async () => {
    const { timing, cautions } = await outcome('honest');
    expect(cautions).toEqual([]);
    expect(timing.trainSeconds).toBeGreaterThan(0.9);
  });

  it('trains in create is timed', async () => {
    expect((await outcome('in-create')).timing.trainSeconds).toBeGreaterThan(0.9);
  });

  it('trains inside evaluating is timed and named', async () => {
    const { timing, cautions } = await outcome('in-evaluating');
    expect(timing.trainSeconds).toBeGreaterThan(1);
    expect(cautions).toEqual([expect.stringContaining('inside context.evaluating')]);
  });

  it('trains while it makes the state of a checkpoint is timed', async () => {
    const file = path.join(await temporaryFolder(), 'a.bin');
    const { timing } = await outcome('in-state', { checkpoint: { file, resume: false } });
    expect(timing.trainSeconds).toBeGreaterThan(0.9);
  });

  it('trains in its first prediction is named', async () => {
    const { cautions } = await outcome('in-first-predict');
    expect(cautions).toEqual([expect.stringContaining('part of the training may have run in predict')]);
  });

  it('trains in every prediction is named', async () => {
    const { cautions } = await outcome('in-every-predict');
    expect(cautions).toEqual([expect.stringContaining('most of the work does not depend on the images')]);
  });

  it('stops the clock of its process is timed all the same', async () => {
    expect((await outcome('stopped-clock')).timing.trainSeconds).toBeGreaterThan(0.9);
  });

  it('uses more threads than it was given is named', async () => {
    const { cautions } = await outcome('many-threads', { threads: 1 });
    expect(cautions.join(' ')).toMatch(/was given 1 thread\./);
  });

  it.each(['late-labels', 'by-place'])('%s has the accuracy of guessing', async (id) => {
    const { metrics } = await outcome(id);
    expect(metrics.accuracy).toBeGreaterThan(0.3);
    expect(metrics.accuracy).toBeLessThan(0.7);
  });

  it('looks for labels among the images finds none', async () => {
    expect((await outcome('test-labels')).metrics.accuracy).toBe(1);
  });

  it.each(['reads-cache', 'keeps-on-disk'])('%s has the accuracy of guessing where it is restricted', async (id) => {
    const accuracies: number[] = [];
    // What one fit leaves behind would help the next one.
    for (let i = 0; i < 2; i++) accuracies.push((await outcome(id)).metrics.accuracy);
    expect(accuracies).toEqual(isRestricted ? [0.5, 0.5] : [1, 1]);
  });

  it('is stopped at its time limit keeps its curve', async () => {
    const { status, curve } = await run('never-ends', {}, { timeoutSeconds: 3, graceMilliseconds: 0 });
    expect(status).toBe('timed-out');
    expect(curve?.map(({ epoch, loss }) => [epoch, loss])).toEqual([
      [1, 1],
      [2, 0.5],
    ]);
  });

  it('diverges is a failed fit that keeps its curve', async () => {
    const { status, curve, ...ended } = await run('diverged');
    expect(status).toBe('failed');
    expect('error' in ended && ended.error.kind).toBe('diverged');
    expect(curve?.map(({ loss }) => loss)).toEqual([1, null]);
  });

  it.each([
    ['sends-null', 'protocol', 'an invalid message'],
    ['sends-incomplete', 'protocol', 'an invalid answer to "fit"'],
    ['sends-bytes', 'protocol', 'bytes that are no message'],
    ['sends-huge', 'protocol', 'are accepted'],
    ['fractional', 'protocol', 'parameterCount'],
    ['objects', 'protocol', 'notes.a'],
    ['backwards', 'protocol', 'epoch 1 follows epoch 2'],
    ['odd-error', 'Error', '[object Object]'],
    ['throws-null', 'Error', 'no readable message'],
    ['odd-labels', 'Error', 'wrong labels: Map; expected an array'],
    ['no-prediction', 'Error', 'wrong labels: undefined'],
    ['functions', 'Error', 'could not be cloned'],
  ])('%s fails with a reason', async (id, kind, reason) => {
    const ended = await run(id);
    expect(ended).toMatchObject({ status: 'failed', error: { kind, message: expect.stringContaining(reason) } });
  });
});
