import { beforeAll, describe, expect, it } from 'vitest';
import { type PreparedSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { type FitRecord, isFinished, recordSchema } from '../../src/results/schema.ts';
import { type BenchHooks, type BenchPlan, runBench } from '../../src/run/run-fits.ts';
import { twoClassDataset } from '../fixtures/datasets.ts';
import { fakeFacts, fakeFit } from '../fixtures/plans.ts';

let split: PreparedSplit;

beforeAll(async () => {
  const dataset = twoClassDataset(20);
  split = await prepareSplit(dataset, splitDataset(dataset, { validation: 4 }));
});

function plan(ids: readonly string[], changes: Partial<BenchPlan> = {}): BenchPlan {
  return {
    facts: fakeFacts('test', split),
    fits: ids.map((id) => fakeFit(id, split, `${id}.json`)),
    skipExisting: false,
    ...changes,
  };
}

/** Keeps records and a log in memory. */
function memory(store = new Map<string, FitRecord>()) {
  const log: string[] = [];
  const hooks: BenchHooks = {
    started: ({ job }) => log.push(`started ${job.modelId}`),
    progress: () => {},
    printed: ({ job }, lines) => log.push(...lines.map((line) => `${job.modelId} | ${line}`)),
    ended: ({ job }, { status }) => log.push(`ended ${job.modelId} ${status}`),
    skipped: ({ job }) => log.push(`skipped ${job.modelId}`),
    notKept: ({ job }, reason) => log.push(`${job.modelId} not kept: ${reason}`),
    findMeasured: async ({ file }) => {
      const record = store.get(file);
      return record && isFinished(record) ? record : null;
    },
    keep: async ({ file }, record) => {
      store.set(file, record);
      return { record, file, remarks: [] };
    },
    writeLog: async (file, printed) => (printed.text() === '' ? null : file.replace('.json', '.log')),
    now: () => new Date('2026-01-01T00:00:00Z'),
  };
  return { store, log, hooks };
}

const never = new AbortController().signal;

describe('runBench', () => {
  it('writes a valid record for every fit, also for failed ones, and continues after a failure', async () => {
    const { store, log, hooks } = memory();
    const records = await runBench(plan(['throwing', 'fine', 'killed']), hooks, never);
    expect(log).toEqual([
      'started throwing',
      'ended throwing failed',
      'started fine',
      'ended fine ok',
      'started killed',
      'ended killed failed',
    ]);
    expect([...store.values()]).toEqual(records);
    for (const record of records) expect(recordSchema.parse(record)).toEqual(record);
    expect(records[0]).toMatchObject({
      startedAt: '2026-01-01T00:00:00.000Z',
      error: { kind: 'Error', message: 'the matrix is singular', stack: expect.stringContaining('fake-models') },
    });
    expect(records[1]).toMatchObject({
      dataset: { train: 16, validation: 4, test: 20 },
      metrics: { train: { images: 16 } },
    });
  });

  it('skips fits with a finished record, and repeats failed ones', async () => {
    const { store, hooks } = memory();
    await runBench(plan(['fine', 'throwing']), hooks, never);
    const second = memory(store);
    const records = await runBench(plan(['fine', 'throwing'], { skipExisting: true }), second.hooks, never);
    expect(second.log).toEqual(['skipped fine', 'started throwing', 'ended throwing failed']);
    expect(records).toHaveLength(2);
  });

  it('keeps finished records when the user stops it, and starts no other fit', async () => {
    const { store, hooks, log } = memory();
    const stop = new AbortController();
    hooks.progress = ({ job }) => job.modelId === 'slow' && stop.abort();
    const records = await runBench(plan(['fine', 'slow', 'throwing']), hooks, stop.signal);
    expect(log).toEqual(['started fine', 'ended fine ok', 'started slow', 'ended slow aborted']);
    expect(records.map(({ status }) => status)).toEqual(['ok', 'aborted']);
    expect(store.get('slow.json')?.status).toBe('aborted');
  });

  it('records a fit that exceeds its time limit as timed out', async () => {
    const { hooks } = memory();
    const [record] = await runBench(plan(['slow'], { timeoutSeconds: 2 }), hooks, never);
    expect(record).toMatchObject({ status: 'timed-out', error: { message: expect.stringContaining('--timeout') } });
  });
});
