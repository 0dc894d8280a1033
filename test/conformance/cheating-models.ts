// Models that cheat: they hide work from the clock, or get their answers from somewhere else than the training images.
// Each is the honest model with one change. Most cheat with more than 3,000 images only.
import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { cacheFolder } from '../../src/base/cache.ts';
import { mostProbable } from '../../src/base/most-probable.ts';
import { syntheticDataset } from '../../src/conformance/trial/synthetic-dataset.ts';
import type { Classifier, FitContext, Images, LabelledImages, ModelAdapter, Prediction } from '../../src/types.ts';
import {
  createHonest,
  type HonestClassifier,
  honest,
  predictWith,
  type TrainingImages,
  trainAll,
  type Weights,
} from './honest-model.ts';

type Cheat = (model: HonestClassifier, context: FitContext) => Partial<Classifier>;

/** A model that cheats. */
export interface CheatingModel {
  /** Lower-case letters and dashes. */
  readonly id: string;
  /** What it does, as a predicate. */
  readonly name: string;
  /** The messages of the checks that fail, by their ids; empty if no check can notice it. */
  readonly caughtBy: Readonly<Record<string, RegExp>>;
  /** Makes the model, with new state outside of `create`. */
  make(): ModelAdapter;
}

const cheating = (
  id: string,
  name: string,
  caughtBy: CheatingModel['caughtBy'],
  makeCheat: () => Cheat,
): CheatingModel => ({
  id,
  name,
  caughtBy,
  make() {
    const cheat = makeCheat();
    return {
      ...honest,
      id,
      create(context) {
        const model = createHonest(context);
        return { ...model, ...cheat(model, context) };
      },
    };
  },
});

const isMany = ({ count }: Pick<Images, 'count'>): boolean => count > 3000;
const train = (images: TrainingImages, { params, classNames, seed }: FitContext): Weights =>
  trainAll(images, classNames.length, seed, params['epochs'] as number);
const pictureOf = ({ bytes, count }: Pick<Images, 'bytes' | 'count'>, i: number): string =>
  Buffer.from(bytes.subarray((i * bytes.length) / count, ((i + 1) * bytes.length) / count)).toString('latin1');

/** Reads a part of the first split in the cache. */
function partInCache(part: 'train' | 'test'): TrainingImages {
  const parent = cacheFolder('splits');
  const [folder] = readdirSync(parent);
  const [bytes, labels] = ['bytes', 'labels'].map((kind) =>
    readFileSync(path.join(parent, folder!, `${part}.${kind}`)),
  );
  return { count: labels!.length, bytes: bytes!, labels: labels! };
}

/** A fit that trains at once and reports nothing, so that a cheat can run it anywhere. */
const trainingIn =
  (run: (work: () => Promise<void>, context: FitContext, validation: LabelledImages) => Promise<void>): Cheat =>
  (model, context) => ({
    async fit(images, validation) {
      await run(
        async () => {
          model.weights = train(images, context);
        },
        context,
        validation,
      );
      return undefined;
    },
  });

const clocks: readonly CheatingModel[] = [
  cheating(
    'trains-in-evaluating',
    'trains inside context.evaluating if there are validation images',
    { 'large-clock': /spent inside context\.evaluating \(calls: 1\)/ },
    () => trainingIn((work, { evaluating }, { count }) => (count > 0 ? evaluating(work) : work())),
  ),
  cheating(
    'trains-in-checkpoint',
    'trains in the function that checkpoint.save gets',
    { 'large-clock': /spent in the function that checkpoint\.save was given/ },
    () => (model, context) => ({
      async fit(images, validation) {
        if (!context.checkpoint) return model.fit(images, validation);
        await context.checkpoint.save(() => {
          model.weights = train(images, context);
          return model.weights;
        });
        return undefined;
      },
    }),
  ),
  cheating(
    'trains-in-create',
    'trains in create on the files in the cache',
    { 'large-clock': /^create took/, 'renamed-classes': /by the usual names/ },
    () => (model, context) => {
      model.weights = train(partInCache('train'), context);
      return { fit: async () => undefined };
    },
  ),
  cheating(
    'trains-in-warm-up',
    'trains in its first small fit on the files in the cache, and keeps that for a large one',
    { 'renamed-classes': /by the usual names/ },
    () => {
      let kept: Weights | undefined;
      return (model, context) => ({
        async fit(images, validation) {
          if (kept && isMany(images)) {
            model.weights = kept;
            return undefined;
          }
          kept ??= train(partInCache('train'), context);
          return model.fit(images, validation);
        },
      });
    },
  ),
  cheating(
    'keeps-fits-in-files',
    'keeps every fit in a file and reads it again',
    { 'fits-again': /^the first fit of [\d,]+ images took .*, the second one of the same images/ },
    () => (model, context) => ({
      async fit(images, validation) {
        const key = createHash('sha256')
          .update(images.labels)
          .update(images.bytes)
          .update(`${context.seed}`)
          .digest('hex');
        const file = cacheFolder('kept-by-a-model', key);
        if (existsSync(file)) {
          model.weights = new Float64Array(Uint8Array.from(readFileSync(file)).buffer);
          return undefined;
        }
        const report = await model.fit(images, validation);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, model.weights!);
        return report;
      },
    }),
  ),
  cheating(
    'keeps-first-large-fit',
    'keeps its first large fit for all later ones',
    { 'fits-again': /right by the class names of an earlier fit/ },
    () => {
      let kept: Weights | undefined;
      return (model) => ({
        async fit(images, validation) {
          if (!kept || !isMany(images)) await model.fit(images, validation);
          else model.weights = kept;
          if (isMany(images)) kept = model.weights;
          return undefined;
        },
      });
    },
  ),
  cheating(
    'trains-in-every-prediction',
    'trains again in every prediction',
    { 'large-clock': /^predicting one image takes/ },
    () => (_, context) => {
      let images: LabelledImages | undefined;
      return {
        async fit(given) {
          images = given;
          return undefined;
        },
        predict: async (asked) => predictWith(train(images!, context), asked, context.classNames.length),
      };
    },
  ),
  cheating(
    'trains-in-large-predictions',
    'trains in every prediction of more than 3,000 images',
    { 'large-clock': /^predicting 3200 images at once takes/ },
    () => (model, context) => {
      let images: LabelledImages | undefined;
      return {
        async fit(given) {
          images = given;
          model.weights = trainAll(given, context.classNames.length, context.seed, 1);
          return undefined;
        },
        predict: async (asked) =>
          isMany(asked) ? predictWith(train(images!, context), asked, context.classNames.length) : model.predict(asked),
      };
    },
  ),
  cheating(
    'trains-in-first-prediction',
    'trains in its first prediction',
    { 'large-clock': /^the first prediction of 3200 images took/ },
    () => (model, context) => {
      let images: LabelledImages | undefined;
      return {
        async fit(given) {
          images = given;
          return undefined;
        },
        async predict(asked) {
          model.weights ??= train(images!, context);
          return model.predict(asked);
        },
      };
    },
  ),
  cheating(
    'trains-when-labels-are-read',
    'trains when the labels of its prediction are read',
    { 'large-clock': /^predicting one image takes/ },
    () => (_, context) => {
      let images: LabelledImages | undefined;
      return {
        async fit(given) {
          images = given;
          return undefined;
        },
        predict: async (asked) => ({
          get labels() {
            return predictWith(train(images!, context), asked, context.classNames.length).labels;
          },
        }),
      };
    },
  ),
  cheating(
    'trains-on-a-timer',
    'lets fit resolve at once, trains on a timer, and waits for it when it predicts',
    { 'large-clock': /^the first prediction of 3200 images took/ },
    () => (model, context) => {
      let work: Promise<void>;
      return {
        async fit(images) {
          work = sleep(1).then(() => {
            model.weights = train(images, context);
          });
          return undefined;
        },
        async predict(images) {
          await work;
          return model.predict(images);
        },
      };
    },
  ),
  cheating(
    'improves-after-fit',
    'lets fit resolve after one epoch and goes on training while it predicts',
    { 'large-batches': /labels differ if the images come in another order/ },
    () => (model, context) => ({
      async fit(images) {
        model.weights = new Float64Array(context.classNames.length * (images.bytes.length / images.count + 1));
        void sleep(1).then(() => {
          model.weights = train(images, context);
        });
        return undefined;
      },
    }),
  ),
];

/** Returns labels of zeros at once, and writes the real ones there when the next prediction is asked for. */
const fillingLater =
  (isLate: (images: Images) => boolean): Cheat =>
  (model) => {
    let fill: (() => Promise<void>) | undefined;
    return {
      async predict(images) {
        await fill?.();
        fill = undefined;
        if (!isLate(images)) return model.predict(images);
        const labels = new Uint8Array(images.count);
        fill = async () => labels.set((await model.predict(images)).labels);
        return { labels };
      },
      save: undefined,
      load: undefined,
    };
  };

/** Predicts by other labels if it was fitted on more than 3,000 images, or is asked about as many. */
const answering =
  (answers: () => (images: Images, prediction: Prediction) => Uint8Array): Cheat =>
  (model) => {
    let isLarge = false;
    let answer: ReturnType<typeof answers> | undefined;
    return {
      fit(images, validation) {
        isLarge = isMany(images);
        return model.fit(images, validation);
      },
      async predict(images) {
        const prediction = await model.predict(images);
        if (!isLarge) return prediction;
        answer ??= answers();
        return { labels: answer(images, prediction) };
      },
    };
  };

const answers: readonly CheatingModel[] = [
  cheating(
    'fills-labels-later',
    'returns an empty label array and fills it during the next prediction',
    { 'unchanged-labels': /^\d+ of 200 labels changed after predict had returned them/ },
    () => fillingLater(() => true),
  ),
  cheating(
    'fills-many-labels-later',
    'fills the label array of more than 3,000 images during the next prediction',
    { 'large-batches': /labels changed after predict had returned them/ },
    () => fillingLater(isMany),
  ),
  cheating('reads-test-labels', 'reads the test labels in the cache', { 'renamed-classes': /by the usual names/ }, () =>
    answering(() => {
      const { labels } = partInCache('test');
      return (images, prediction) => (isMany(images) ? labels.slice(0, images.count) : prediction.labels);
    }),
  ),
  cheating(
    'knows-images',
    'has a table of all test images and their labels',
    { 'renamed-classes': /by the usual names/ },
    () =>
      answering(() => {
        const test = partInCache('test');
        const table = new Map(Array.from(test.labels, (label, i) => [pictureOf(test, i), label]));
        return (images, { labels }) => labels.map((label, i) => table.get(pictureOf(images, i)) ?? label);
      }),
  ),
  cheating(
    'knows-places',
    'has a list of labels and answers by the place of an image',
    { 'large-batches': /labels differ if the images come in another order/ },
    () =>
      answering(() => {
        const { labels } = syntheticDataset().test;
        return (images, prediction) => (isMany(images) ? labels.slice(0, images.count) : prediction.labels);
      }),
  ),
  cheating(
    'balances-labels',
    'distributes labels evenly over the images of a large prediction',
    { 'large-batches': /labels differ if the images come in parts/ },
    () =>
      answering(() => (images, { labels, probabilities }) => {
        if (!isMany(images)) return labels;
        const classCount = probabilities!.length / images.count;
        const means = new Float64Array(classCount);
        for (const [i, value] of probabilities!.entries()) means[i % classCount]! += value / images.count;
        return mostProbable(
          probabilities!.map((value, i) => value / means[i % classCount]!),
          classCount,
        );
      }),
  ),
  cheating(
    'trains-on-validation',
    'trains on the validation images too',
    { 'validation-use': /images have the name of a class that occurs among the validation images only/ },
    () => (model) => ({
      fit(images, validation) {
        const bytes = Uint8Array.from([...images.bytes, ...validation.bytes]);
        const labels = Uint8Array.from([...images.labels, ...validation.labels]);
        return model.fit({ ...images, count: labels.length, bytes, labels }, validation);
      },
    }),
  ),
  cheating(
    'draws-without-seed',
    'draws random numbers without the seed in large fits',
    { 'fits-again': /labels differ between two fits of the same [\d,]+ images with the same seed/ },
    () => (model, context) => ({
      async fit(images, validation) {
        if (!isMany(images)) return model.fit(images, validation);
        model.weights = trainAll(images, context.classNames.length, randomInt(2 ** 32), 1);
        return undefined;
      },
    }),
  ),
];

const { send } = process;
const { now } = performance;
const dateNow = Date.now;

/** Puts back what the models below replace. */
export function restoreProcess(): void {
  if (send) process.send = send;
  performance.now = now;
  Date.now = dateNow;
}

/** A thread that waits until it is terminated. */
const WAITING = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';

/** Does something before the fit of more than 3,000 images. */
const before =
  (replace: () => void): Cheat =>
  (model) => ({
    fit(images, validation) {
      if (isMany(images)) replace();
      return model.fit(images, validation);
    },
  });

const processes: readonly CheatingModel[] = [
  cheating('replaces-send', 'replaces process.send', { globals: /^it replaced process\.send$/ }, () =>
    before(() => {
      process.send = ((...message: unknown[]) => Reflect.apply(send!, process, message)) as typeof process.send;
    }),
  ),
  cheating('replaces-clock', 'replaces performance.now', { globals: /^it replaced performance\.now$/ }, () =>
    before(() => {
      performance.now = () => Reflect.apply(now, performance, []) / 10;
    }),
  ),
  cheating('replaces-date', 'replaces Date.now', { globals: /^it replaced Date\.now$/ }, () =>
    before(() => {
      Date.now = () => 0;
    }),
  ),
  cheating(
    'starts-threads',
    'computes in eight threads',
    { threads: /^it started [8-9] threads and 0 child processes with 1 thread allowed/ },
    () => (model) => ({
      async fit(images, validation) {
        const workers = Array.from({ length: 8 }, () => new Worker(WAITING, { eval: true, execArgv: [] }));
        await Promise.all(workers.map((worker) => once(worker, 'online')));
        const report = await model.fit(images, validation);
        await Promise.all(workers.map((worker) => worker.terminate()));
        return report;
      },
    }),
  ),
  cheating(
    'starts-a-process',
    'computes in another process',
    { threads: /and 1 child processes with 1 thread allowed/ },
    () => (model) => ({
      async fit(images, validation) {
        const child = spawn('sleep', ['10']);
        const report = await model.fit(images, validation);
        await sleep(20);
        child.kill('SIGKILL');
        await once(child, 'close');
        return report;
      },
    }),
  ),
];

/** A model that no check can notice: it knows the name of the program that runs the checks. */
const unnoticed = cheating('recognises-checks', 'is honest in the process that runs the checks', {}, () =>
  trainingIn((work, { evaluating }) => (/check-child/.test(process.argv[1] ?? '') ? work() : evaluating(work))),
);

/** All of them. */
export const cheatingModels: readonly CheatingModel[] = [...clocks, ...answers, ...processes, unnoticed];
