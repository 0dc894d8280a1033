// One contract for every model in the list, on a small part of the real data. A model of your own is tested as soon as
// it has its line in models/index.ts.
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { models } from '../../models/index.ts';
import type { Params } from '../../src/types.ts';
import { itConforms } from './conformance.ts';

/** Parameters that make a model short; what they change is how long a fit lasts, not what is checked. */
const SHORT: Readonly<Record<string, Params>> = {
  mlp: { epochs: 5 },
  cnn: { epochs: 5 },
  'cnn-lenet': { epochs: 3 },
  'cnn-dropout': { epochs: 3 },
  'cnn-batchnorm': { epochs: 4, batchSize: 16 },
  resnet: { epochs: 5, batchSize: 16 },
  'mlp-strong': { epochs: 5, batchSize: 16 },
  'cnn-strong': { epochs: 3, batchSize: 16 },
  'resnet-fast': { epochs: 3, batchSize: 16 },
  'cnn-batchnorm-tfjs': { epochs: 4, batchSize: 40 },
  'resnet-tfjs': { epochs: 5, batchSize: 40 },
  'random-forest': { trees: 20 },
  'gradient-boosting': { rounds: 10 },
  'random-forest-mljs': { trees: 3 },
  'logistic-regression-mljs': { iterations: 50 },
};

it('finds every file of models/ in the list, each under its own name', async () => {
  const files = (await readdir(new URL('../../models/', import.meta.url)))
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => name.replace(/\.ts$/, ''));
  expect(models.map(({ id }) => id).sort()).toEqual(files.sort());
});

describe.each(models.map((model) => ({ id: model.id, model })))('$id', ({ id, model }) => {
  // A network trained by tfjs has the parameters of ours.
  const short = SHORT[id] ?? SHORT[id.replace(/-tfjs$/, '')] ?? {};

  it('has a parameter for every short setting', () => {
    expect(Object.keys(model.params)).toEqual(expect.arrayContaining(Object.keys(short)));
  });

  itConforms(model, short);
});
