import { beforeAll, describe, expect, it } from 'vitest';
import { type PreparedSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { type ProcessOptions, runFitProcess } from '../../src/run/fit-process.ts';
import type { Progress } from '../../src/types.ts';
import { twoClassDataset } from '../fixtures/datasets.ts';
import { isRunning } from '../fixtures/processes.ts';

let split: PreparedSplit;

beforeAll(async () => {
  const dataset = twoClassDataset(20);
  split = await prepareSplit(dataset, splitDataset(dataset, { validation: 4 }));
});

function run(modelId: string, options: Partial<ProcessOptions> = {}, seed = 1) {
  return runFitProcess(
    {
      modelModule: new URL('../fixtures/fake-models.ts', import.meta.url).href,
      modelId,
      params: {},
      seed,
      device: 'cpu',
      threads: 1,
      split,
      latencyBatches: [],
    },
    { signal: new AbortController().signal, onProgress: () => {}, ...options },
  );
}

describe('runFitProcess', () => {
  it('returns the outcome of a fit, its progress and its memory peak', async () => {
    const seen: Progress[] = [];
    const ended = await run('fine', { onProgress: (progress) => seen.push(progress) });
    if (ended.status !== 'ok') throw new Error(ended.error.message);
    expect(ended.outcome.prediction.labels).toHaveLength(split.counts.test);
    expect(seen).toContainEqual({ done: 3, total: 3, unit: 'step', detail: `loss ${1 / 3}` });
    // Node alone needs about 40 MB.
    expect(ended.peakRssBytes).toBeGreaterThan(20e6);
    expect(ended.outcome.timing.setupSeconds).toBeGreaterThan(0);
    expect(ended.totalSeconds).toBeGreaterThan(ended.outcome.timing.setupSeconds);
  });

  it('gives the same predictions for the same seed, and different ones for another seed', async () => {
    const labels = async (seed: number) => {
      const ended = await run('fine', {}, seed);
      return ended.status === 'ok' ? [...ended.outcome.prediction.labels] : ended.error;
    };
    const first = await labels(3);
    expect(await labels(3)).toEqual(first);
    expect(await labels(4)).not.toEqual(first);
  });

  it.each([
    ['throwing', 'the matrix is singular'],
    ['miscounting', 'labels'],
    ['crashing', 'the last thing it said'],
    ['killed', 'memory ran out'],
    ['leaving', 'exit status 7'],
    ['absent', 'no model "absent"'],
  ])('returns a failed outcome with the reason for a model that is %s', async (id, reason) => {
    const ended = await run(id);
    expect(ended).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(reason) } });
  });

  it('does not print the output of a library', async () => {
    expect(await run('talkative')).toMatchObject({ status: 'ok' });
  });

  it('stops a fit at its time limit', async () => {
    const ended = await run('slow', { timeoutSeconds: 2 });
    expect(ended).toMatchObject({ status: 'timed-out', error: { kind: 'timeout' } });
    expect(ended.totalSeconds).toBeLessThan(5);
  });

  it.each(['stubborn', 'blocking'])('kills a fit that is %s and does not stop', async (id) => {
    const ended = await run(id, { timeoutSeconds: 2, graceMilliseconds: 300 });
    expect(ended.status).toBe('timed-out');
    expect(ended.totalSeconds).toBeLessThan(6);
  });

  it.each([
    ['at its end', 'leaving a process', {}, 'ok'],
    ['at its time limit', 'blocking and leaving a process', { timeoutSeconds: 6 }, 'timed-out'],
  ] as const)('ends what a fit has started %s, whoever holds its outputs', async (_, id, limit, status) => {
    const seen: Progress[] = [];
    const ended = await run(id, { ...limit, onProgress: (progress) => seen.push(progress) });
    expect(ended.status).toBe(status);
    // The process lives for a minute. A fit at its limit of 6 s is killed 1 s later.
    expect(ended.totalSeconds).toBeLessThan(14);
    const pid = Number(seen.find(({ detail }) => /^\d+$/.test(detail ?? ''))?.detail);
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid), { timeout: 2000 }).toBe(false);
  });

  it('ends everything that a fit has started when the user stops it', async () => {
    const stop = new AbortController();
    let pid = 0;
    const ended = await run('blocking and leaving a process', {
      signal: stop.signal,
      onProgress({ detail }) {
        pid = Number(detail);
        stop.abort();
      },
    });
    expect(ended.status).toBe('aborted');
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid), { timeout: 2000 }).toBe(false);
  });

  it('stops a fit when the user does', async () => {
    const stop = new AbortController();
    const ended = await run('slow', { signal: stop.signal, onProgress: () => stop.abort() });
    expect(ended.status).toBe('aborted');
  });

  it('stops a fit at once if the user stopped before it started', async () => {
    const stop = new AbortController();
    stop.abort();
    expect((await run('slow', { signal: stop.signal })).status).toBe('aborted');
  });
});
