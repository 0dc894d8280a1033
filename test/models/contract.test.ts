// One contract for every model in the list, on a small part of the real data. A model of your own is tested as soon as
// it has its line in models/index.ts.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { models } from '../../models/index.ts';
import { loadDataset } from '../../src/data/dataset.ts';
import { openSplit, prepareSplit, type SplitImages } from '../../src/data/prepared.ts';
import { splitDataset } from '../../src/data/split.ts';
import { seedMathRandom } from '../../src/random.ts';
import { sliceImages } from '../../src/run/views.ts';
import type { Classifier, EpochReport, FitContext, LabelledImages, Params, Progress } from '../../src/types.ts';

/** Enough to learn from, little enough for the slowest library. */
const TRAIN = 400;
const VALIDATION = 100;
const TEST = 200;

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
  'random-forest': { trees: 20 },
  'gradient-boosting': { rounds: 10 },
  'random-forest-mljs': { trees: 3 },
  'logistic-regression-mljs': { iterations: 50 },
};

let data: SplitImages;
let classNames: readonly string[];

beforeAll(async () => {
  const dataset = await loadDataset('fashion-mnist');
  const split = splitDataset(dataset, { validation: VALIDATION, limit: TRAIN, testLimit: TEST });
  const prepared = await prepareSplit(dataset, split);
  data = await openSplit(prepared);
  classNames = prepared.classNames;
});

it('finds every file of models/ in the list, each under its own name', async () => {
  const files = (await readdir(new URL('../../models/', import.meta.url)))
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => name.replace(/\.ts$/, ''));
  expect(models.map(({ id }) => id).sort()).toEqual(files.sort());
});

describe.each(models.map((model) => ({ id: model.id, model })))('$id', ({ id, model }) => {
  // A network trained by tfjs has the parameters of ours.
  const short = SHORT[id.replace(/-tfjs$/, '')] ?? {};
  const params = { ...model.params, ...short };
  const made: Classifier[] = [];
  const create = (changes: Partial<FitContext> = {}): Classifier => {
    // What the harness does before a fit.
    seedMathRandom(7);
    const classifier = model.create({
      params,
      seed: 7,
      device: 'cpu',
      shape: data.train.shape,
      classNames,
      threads: 2,
      signal: new AbortController().signal,
      progress: () => {},
      epoch: () => {},
      evaluating: (work) => work(),
      ...changes,
    });
    made.push(classifier);
    return classifier;
  };
  afterAll(() => {
    for (const classifier of made) classifier.dispose?.();
  });

  let fitted: Classifier;
  const steps: Progress[] = [];
  const epochs: EpochReport[] = [];
  let before: string[];
  const fingerprints = () =>
    [data.train, data.validation, data.test].flatMap(({ bytes, pixels, labels }) =>
      [bytes, pixels, labels].map((part) =>
        createHash('sha256')
          .update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
          .digest('hex'),
      ),
    );

  beforeAll(async () => {
    before = fingerprints();
    fitted = create({ progress: (step) => steps.push(step), epoch: (epoch) => epochs.push(epoch) });
    await fitted.fit(data.train, data.validation);
  });

  it('has a parameter for every short setting, and a summary of one line', () => {
    for (const name of Object.keys(short)) expect(Object.keys(model.params)).toContain(name);
    expect(model.summary).toMatch(/^[^\n]{10,160}$/);
    expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  it('gives one class of the data set for every image', async () => {
    const { labels } = await fitted.predict(data.test);
    expect(labels).toBeInstanceOf(Uint8Array);
    expect(labels).toHaveLength(TEST);
    expect(Math.max(...labels)).toBeLessThan(classNames.length);
  });

  it('gives probabilities that sum to 1 and agree with its labels, if it gives any', async () => {
    const { labels, probabilities } = await fitted.predict(data.test);
    if (!probabilities) return;
    expect(probabilities).toHaveLength(TEST * classNames.length);
    for (let i = 0; i < TEST; i++) {
      const row = probabilities.subarray(i * classNames.length, (i + 1) * classNames.length);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
      // The class predicted is a most probable one; ties may go either way.
      expect(row[labels[i]!]).toBeCloseTo(Math.max(...row), 5);
    }
  });

  it('answers alike however the images are batched', async () => {
    const whole = await fitted.predict(data.test);
    const parts: number[] = [];
    for (const [start, end] of [
      [0, 1],
      [1, 130],
      [130, TEST],
    ] as const) {
      parts.push(...(await fitted.predict(sliceImages(data.test, start, end))).labels);
    }
    const different = parts.filter((label, i) => label !== whole.labels[i]).length;
    // Sums in another order may tip an image that stands between two classes.
    expect(different).toBeLessThanOrEqual(1);
  });

  it('answers nothing for no images', async () => {
    expect((await fitted.predict(sliceImages(data.test, 0, 0))).labels).toHaveLength(0);
  });

  it('leaves its input as it was', () => {
    expect(fingerprints()).toEqual(before);
  });

  it('beats the majority class, which a baseline need only reach', async () => {
    const { labels } = await fitted.predict(data.test);
    const right = labels.filter((label, i) => label === data.test.labels[i]).length;
    // Of 200 balanced test images a tenth is right by always naming one class; 20 % is beyond chance (p < 1e-4).
    if (model.kind === 'baseline') expect(right).toBeGreaterThanOrEqual(TEST / 10);
    else expect(right / TEST).toBeGreaterThan(0.2);
  });

  it('gives the same predictions for the same seed', async () => {
    const again = create();
    await again.fit(data.train, data.validation);
    const [one, other] = [await fitted.predict(data.test), await again.predict(data.test)];
    expect(other.labels).toEqual(one.labels);
    expect(other.probabilities).toEqual(one.probabilities);
  });

  it('predicts alike after it was saved, written and loaded', async () => {
    // A model that cannot be saved is measured all the same; it is just not kept.
    if (!fitted.save) return expect(fitted.load).toBeUndefined();
    const loaded = create();
    await loaded.load!(deserialize(serialize(await fitted.save())));
    const [one, other] = [await fitted.predict(data.test), await loaded.predict(data.test)];
    expect(other.labels).toEqual(one.labels);
    if (!one.probabilities) expect(other.probabilities).toBeUndefined();
    // A chunk of many images runs in the training graph, in which sums have another order.
    for (const [i, p] of (one.probabilities ?? []).entries()) expect(other.probabilities![i]).toBeCloseTo(p, 5);
    await expect(create().save!()).rejects.toThrow(/before fit/);
  });

  it('counts its steps up to their total, and its epochs from 1', () => {
    for (const { done, total } of steps) expect(done).toBeLessThanOrEqual(total);
    expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, i) => i + 1));
  });

  it('refuses to predict before it was fitted', async () => {
    await expect(create().predict(data.test)).rejects.toThrow(/before fit/);
  });

  it('does not start a fit that was stopped already', async () => {
    const reason = new Error('stopped in a test');
    // A library's single call cannot be interrupted: such a fit may also just end.
    const ended = create({ signal: AbortSignal.abort(reason) }).fit(data.train as LabelledImages, data.validation);
    await expect(
      ended.then(
        () => reason,
        (error) => error,
      ),
    ).resolves.toBe(reason);
  });
});
