// Runs the conformance checks of `npm run doctor -- MODEL` on every model in the list, with a subset of Fashion-MNIST.
// Checks that measure time or memory or fit on thousands of images run in `npm run doctor` only. A new model is tested as soon as it
// is in the list.
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checks } from '../../src/conformance/all-checks.ts';
import { measureSlowdown } from '../../src/conformance/measure-slowdown.ts';
import { runCheck } from '../../src/conformance/run-check.ts';
import { noQueue } from '../../src/conformance/trial/device-queue.ts';
import { openTrialImages, prepareTrialImages, type TrialImages } from '../../src/conformance/trial/small-data.ts';
import { createTrial, type Trial } from '../../src/conformance/trial/trial.ts';
import { loadDataset } from '../../src/data/dataset.ts';
import type { Params } from '../../src/types.ts';
import { models } from '../fixtures/all-models.ts';

/** Parameters that make the fits of slow models short. They must not change which checks a model passes. */
const SHORT: Readonly<Record<string, Params>> = {
  mlp: { epochs: 5 },
  cnn: { epochs: 5 },
  resnet: { epochs: 2, batchSize: 16 },
  'cnn-lenet': { epochs: 3 },
  'cnn-dropout': { epochs: 3 },
  'cnn-batchnorm': { epochs: 2, batchSize: 16 },
  'mlp-strong': { epochs: 5, batchSize: 16 },
  'cnn-strong': { epochs: 2, batchSize: 16 },
  'resnet-fast': { epochs: 2, batchSize: 16 },
  'cnn-batchnorm-tfjs': { epochs: 1, batchSize: 8 },
  'resnet-tfjs': { epochs: 1, batchSize: 8 },
  'random-forest': { trees: 10 },
  'gradient-boosting': { rounds: 5 },
  'random-forest-mljs': { trees: 3 },
  'logistic-regression-mljs': { iterations: 10, learningRate: 0.2 },
};

let images: TrialImages;
let classNames: readonly string[];
beforeAll(async () => {
  const prepared = await prepareTrialImages(await loadDataset('fashion-mnist'));
  images = await openTrialImages(prepared);
  classNames = prepared.classNames;
});

it('finds a line in models/index.ts for every file of models/, and an id that is the name of the file', async () => {
  const files = (await readdir(new URL('../../models/', import.meta.url)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && name !== 'index.ts')
    .map((name) => name.replace(/\.ts$/, ''));
  expect(models.map(({ id }) => id).sort()).toEqual(files.sort());
});

describe.each(models.map((adapter) => ({ id: adapter.id, adapter })))('$id', ({ id, adapter }) => {
  // A network that tfjs trains has the parameters of ours.
  const short = SHORT[id] ?? SHORT[id.replace(/-tfjs$/, '')] ?? {};
  let trial: Trial;
  beforeAll(() => {
    trial = createTrial({
      adapter,
      params: { ...adapter.params, ...short },
      seed: 7,
      device: 'cpu',
      threads: 2,
      classNames,
      images,
      queue: noQueue,
      slowdown: measureSlowdown,
    });
  });
  afterAll(() => trial.dispose());

  it('has all parameters that this test sets', () => {
    expect(Object.keys(adapter.params)).toEqual(expect.arrayContaining(Object.keys(short)));
  });

  const quick = checks.filter(({ isDoctorOnly }) => !isDoctorOnly);
  it.for(quick.map((check) => ({ id: check.id, title: check.title, check })))(
    '$id: $title',
    async ({ check }, context) => {
      const { verdict, message } = await runCheck(check, trial);
      if (verdict === 'failed') expect.fail(`${message}. ${check.meaning} ${check.cure}`);
      // Neither passed nor failed: the output shows the reason.
      if (verdict !== 'passed') context.skip(`${verdict}: ${message}`);
    },
  );
});
