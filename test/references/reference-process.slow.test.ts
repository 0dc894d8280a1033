import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { referenceRecipes } from '../../benchmarks/reference-recipes.ts';
import { type PreparedSplit, prepareSplit } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import {
  type ReferenceOptions,
  referenceJob,
  runReferenceProcess,
  threadEnvironment,
} from '../../src/references/reference-process.ts';
import { twoClassDataset } from '../fixtures/datasets.ts';

const PROGRAM = fileURLToPath(new URL('../fixtures/fake-reference.py', import.meta.url));
/** A library whose package has another name, as `xgboost-cpu` has. */
const FAKE = { id: 'fake', package: 'fake-cpu' };
let split: PreparedSplit;

beforeAll(async () => {
  const dataset = twoClassDataset(20);
  split = await prepareSplit(dataset, splitDataset(dataset, { validation: 4 }));
});

function run(mode: string, options: Partial<ReferenceOptions> = {}) {
  const job = referenceJob(referenceRecipes[0]!, { k: 3 }, split, ['fake-cpu']);
  return runReferenceProcess(['python3', PROGRAM, mode], job, FAKE, {
    signal: new AbortController().signal,
    ...options,
  });
}

describe('referenceJob', () => {
  it('names the folder that our fits read, the estimator and its arguments', () => {
    expect(referenceJob(referenceRecipes[0]!, { C: 10 }, split, ['numpy'])).toEqual({
      folder: split.folder,
      // 2 x 2 pixels of one channel.
      imageSize: 4,
      classCount: 2,
      estimator: 'sklearn.svm.SVC',
      arguments: { C: 10 },
      packages: ['numpy'],
      notes: { supportVectors: 'n_support_' },
    });
  });
});

describe('threadEnvironment', () => {
  it('limits every numeric library to the same number of threads and hides the GPU', () => {
    const env = threadEnvironment(3);
    expect(env).toMatchObject({ OMP_NUM_THREADS: '3', TF_NUM_INTRAOP_THREADS: '3', CUDA_VISIBLE_DEVICES: '' });
  });

  it.each(['gpu', 'webgpu'] as const)('does not hide the card when our model computes on %s', (device) => {
    expect(threadEnvironment(3, device)).toMatchObject({ OMP_NUM_THREADS: '3' });
    expect(threadEnvironment(3, device)).not.toHaveProperty('CUDA_VISIBLE_DEVICES');
  });
});

describe('runReferenceProcess', () => {
  it("turns a reference's answer into the same outcome as a fit of ours", async () => {
    const ended = await run('fine');
    if (ended.status !== 'ok') throw new Error(ended.error.message);
    // 19 of the 20 test images are correct.
    expect(ended.outcome.metrics.accuracy).toBeCloseTo(19 / 20, 12);
    expect(ended.outcome.metrics.train).toEqual({ accuracy: null, loss: null, images: 0 });
    expect(ended.outcome.timing).toMatchObject({ trainSeconds: 2, predictSeconds: 0.02, setupSeconds: 0.01 });
    expect(ended.engine).toEqual({
      name: 'fake',
      version: '1.0.0',
      backend: 'python 3.0.0',
      device: 'cpu',
      threads: 1,
    });
    expect(ended.outcome.notes).toEqual({ k: 3 });
    expect(ended.outcome.timing.curve).toEqual([
      { epoch: 1, seconds: 2, loss: 0.5, accuracy: 0.75, validationLoss: null, validationAccuracy: null },
    ]);
    expect(ended.peakRssBytes).toBe(1000);
  });

  it('records what a network on a card reports', async () => {
    const ended = await run('on-a-card');
    if (ended.status !== 'ok') throw new Error(ended.error.message);
    expect(ended.engine?.device).toBe('gpu');
    expect(ended.peakDeviceBytes).toBe(500);
    expect(ended.outcome.timing.firstStepSeconds).toBe(0.75);
    expect(ended.outcome.parameterCount).toBe(12);
    expect(ended.outcome.notes).toEqual({ card: 'a card', tf32OfProducts: false });
  });

  it.each([
    ['crashing', 'ValueError: C must be positive'],
    ['silent', 'ended without an answer'],
    ['cut', 'malformed answer of the reference: not JSON'],
    ['lacking', 'malformed answer of the reference: fitSeconds'],
    ['short', 'wrong number of labels: 19; expected 20'],
    ['beyond', 'label out of range: 9 for image 0'],
  ])('turns the answer of a reference that is %s into a failed fit with the reason', async (mode, message) => {
    const ended = await run(mode);
    expect(ended.status).toBe('failed');
    expect(ended.status === 'failed' && ended.error.message).toContain(message);
  });

  it('stops a reference at the time limit', async () => {
    const ended = await run('sleeping', { timeoutSeconds: 0.2 });
    expect(ended.status).toBe('timed-out');
    expect(ended.totalSeconds).toBeLessThan(30);
  });

  it('stops a reference when the user does', async () => {
    expect((await run('sleeping', { signal: AbortSignal.abort() })).status).toBe('aborted');
  });

  it('reports a program that does not exist', async () => {
    const job = referenceJob(referenceRecipes[0]!, {}, split, []);
    const program = path.join(split.folder, 'no-such-python');
    const ended = await runReferenceProcess([program], job, FAKE, { signal: new AbortController().signal });
    expect(ended.status === 'failed' && ended.error.message).toContain('ENOENT');
  });
});
