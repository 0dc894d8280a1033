// Models that each fail one conformance check. The correct model is the template of `npm run new-model`.
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { measureSlowdown } from '../../src/conformance/measure-slowdown.ts';
import { type DeviceQueue, noQueue } from '../../src/conformance/trial/device-queue.ts';
import { openTrialImages, prepareTrialImages, type TrialImages } from '../../src/conformance/trial/small-data.ts';
import { syntheticDataset } from '../../src/conformance/trial/synthetic-dataset.ts';
import { createTrial, type Trial, type TrialRequest } from '../../src/conformance/trial/trial.ts';
import { relabelled } from '../../src/data/views.ts';
import { tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { createClassifier } from '../../src/fitted/create-classifier.ts';
import { myModel } from '../../src/new-model/templates/full.ts';
import type {
  Classifier,
  FitContext,
  Images,
  LabelledImages,
  ModelAdapter,
  Prediction,
  UniformClassifier,
} from '../../src/types.ts';

/** A model that passes all checks. */
export const correct = myModel as unknown as ModelAdapter;

type Break = (correct: UniformClassifier, context: FitContext) => Partial<Classifier>;

/**
 * Returns a function that makes a model that is correct except for some methods. Each call also makes new state outside
 * of `create`.
 */
const broken =
  (make: () => Break, changes: Partial<ModelAdapter> = {}) =>
  (): ModelAdapter => {
    const change = make();
    return {
      ...correct,
      ...changes,
      create: (context) => {
        const classifier = createClassifier(correct, context);
        return { ...classifier, ...change(classifier, context) };
      },
    };
  };

/** Computes for some milliseconds of processor time. */
const spin = (milliseconds: number): void => {
  const start = process.cpuUsage();
  const used = (): number => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  while (used() < milliseconds);
};
const hasLabels = (images: Images): images is LabelledImages => 'labels' in images;
const pictureOf = ({ bytes, count }: Images, i: number): string =>
  Buffer.from(bytes.subarray((i * bytes.length) / count, ((i + 1) * bytes.length) / count)).toString('latin1');
/** Fits a model and remembers the label of each image. */
const noting =
  (model: Classifier, fitted: Map<string, number>): Classifier['fit'] =>
  (train, validation) => {
    for (let i = 0; i < train.count; i++) fitted.set(pictureOf(train, i), train.labels[i]!);
    return model.fit(train, validation);
  };
/** Predicts with `known` for images that were fitted, and with `other` for the rest. */
const recall = (
  images: Images,
  fitted: ReadonlyMap<string, number>,
  known: (label: number) => number,
  other: (i: number) => number,
): Prediction => ({
  labels: Uint8Array.from({ length: images.count }, (_, i) => {
    const label = fitted.get(pictureOf(images, i));
    return label === undefined ? other(i) : known(label);
  }),
});

/** Models, and which checks they fail among those that do not measure time or memory. */
export const breaches: readonly { name: string; fails: readonly string[]; make: () => ModelAdapter }[] = [
  {
    name: 'throws in its fit',
    fails: ['runs'],
    make: broken(() => () => ({
      fit: async () => {
        throw new Error('the matrix is singular');
      },
    })),
  },
  {
    name: 'has a summary of two lines',
    fails: ['description'],
    make: broken(() => () => ({}), { summary: 'one\ntwo' }),
  },
  {
    name: 'has a family with a space',
    fails: ['description'],
    make: broken(() => () => ({}), { family: 'decision tree' }),
  },
  {
    name: 'reads float pixels and does not declare them',
    fails: ['declares-needs'],
    make: broken(() => () => ({}), { needsPixels: false }),
  },
  {
    name: 'uses TensorFlow and does not declare it',
    fails: ['declares-needs'],
    make: broken(() => (model) => ({
      async fit(...images) {
        await tensorflow();
        return model.fit(...images);
      },
    })),
  },
  {
    name: 'returns one label too many',
    fails: ['prediction-form'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels } = await model.predict(images);
        return { labels: images.count > 150 ? Uint8Array.of(...labels, 0) : labels };
      },
    })),
  },
  {
    name: 'returns probabilities that are NaN',
    fails: ['prediction-form'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels, probabilities } = await model.predict(images);
        return { labels, probabilities: probabilities!.map(() => Number.NaN) };
      },
    })),
  },
  {
    name: 'returns labels that contradict its probabilities',
    fails: ['prediction-form'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels, probabilities } = await model.predict(images);
        return { labels, probabilities: probabilities!.toReversed() };
      },
    })),
  },
  {
    name: 'predicts other labels in small batches',
    fails: ['batches'],
    make: broken(() => (model) => ({
      predict: async (images) =>
        images.count > 64 && images.count < 100
          ? { labels: new Uint8Array(images.count) }
          : { labels: (await model.predict(images)).labels },
    })),
  },
  {
    name: 'predicts before it is fitted',
    fails: ['before-fit'],
    make: broken(() => (model) => {
      let isFitted = false;
      return {
        async fit(...images) {
          isFitted = true;
          return model.fit(...images);
        },
        load: async (saved) => {
          isFitted = true;
          return model.load!(saved);
        },
        predict: async (images) => (isFitted ? model.predict(images) : { labels: new Uint8Array(images.count) }),
      };
    }),
  },
  {
    name: 'counts its steps backwards',
    fails: ['progress'],
    make: broken(() => (model, context) => ({
      async fit(...images) {
        for (const done of [3, 2, 1]) context.progress({ done, total: 3, unit: 'step' });
        return model.fit(...images);
      },
    })),
  },
  {
    name: 'reports an accuracy above 1',
    fails: ['progress'],
    make: broken(() => (model, context) => ({
      async fit(...images) {
        context.epoch({ epoch: 1, loss: 1, accuracy: 87.5, validationLoss: null, validationAccuracy: null });
        return model.fit(...images);
      },
    })),
  },
  {
    name: 'saves less than it needs',
    fails: ['save-load'],
    make: broken(() => (model) => ({
      save: async () => ((await model.save!()) as Float64Array).map((mean, i) => (i < 5000 ? mean : 0)),
    })),
  },
  {
    name: 'draws random numbers without the seed',
    fails: ['seed'],
    make: broken(() => (model) => ({
      fit: (train, validation) =>
        model.fit(
          relabelled(
            train,
            train.labels.map((label) => (randomInt(3) ? label : randomInt(10))),
          ),
          validation,
        ),
    })),
  },
  {
    name: 'writes to its images',
    fails: ['read-only'],
    make: broken(() => (model) => ({
      async fit(train, validation) {
        train.bytes[0]! ^= 1;
        return model.fit(train, validation);
      },
    })),
  },
  {
    name: 'reads the labels of the test images',
    fails: ['test-labels', 'shuffled-labels'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels } = await model.predict(images);
        return { labels: hasLabels(images) ? images.labels : labels };
      },
    })),
  },
  {
    name: 'uses the validation labels when it predicts',
    fails: ['test-labels'],
    make: broken(() => (model) => {
      let kept: LabelledImages | undefined;
      return {
        async fit(train, validation) {
          if (validation.count > 0) kept = validation;
          return model.fit(train, validation);
        },
        async predict(images) {
          if (kept && images.count > 0) await model.fit(kept, kept);
          return model.predict(images);
        },
        // The saved state would be that of another model.
        save: undefined,
        load: undefined,
      };
    }),
  },
  {
    name: 'knows only images that it has seen',
    fails: ['learns'],
    make: broken(() => (model) => {
      const fitted = new Map<string, number>();
      return {
        fit: noting(model, fitted),
        async predict(images) {
          await model.predict(images);
          return recall(
            images,
            fitted,
            (label) => label,
            () => 0,
          );
        },
        save: undefined,
        load: undefined,
      };
    }),
  },
  {
    name: 'is wrong on images that it has seen',
    fails: ['memorises'],
    make: broken(() => (model) => {
      const fitted = new Map<string, number>();
      return {
        fit: noting(model, fitted),
        async predict(images) {
          const { labels } = await model.predict(images);
          return recall(
            images,
            fitted,
            (label) => (label + 1) % 10,
            (i) => labels[i]!,
          );
        },
        save: undefined,
        load: undefined,
      };
    }),
  },
  {
    name: 'keeps what the first fit of the process learned',
    fails: ['shuffled-labels'],
    make: broken(() => {
      let first: unknown;
      return (model) => ({
        async fit(...images) {
          await model.fit(...images);
          first ??= await model.save!();
          await model.load!(first);
          return undefined;
        },
      });
    }),
  },
  {
    name: 'throws another error than the reason when it is stopped',
    fails: ['stopped-before'],
    make: broken(() => (model, { signal }) => ({
      async fit(...images) {
        if (signal.aborted) throw new Error('cannot go on');
        return model.fit(...images);
      },
    })),
  },
];

/** Models that fail a check that measures time or memory, and the message of this check. */
export const measuredBreaches: readonly {
  name: string;
  check: string;
  says: RegExp;
  make: () => ModelAdapter;
  queue?: DeviceQueue;
}[] = [
  {
    name: 'waits in its fit and ignores the abort',
    check: 'stops',
    says: /rejected \d\.\d\d s after the abort$/,
    make: broken(() => (model) => ({
      async fit(...images) {
        await sleep(1600);
        return model.fit(...images);
      },
    })),
  },
  {
    name: 'blocks the event loop in its fit',
    check: 'stops',
    says: /rejected \d\.\d\d s after the abort$/,
    make: broken(() => (model) => ({
      async fit(...images) {
        const report = model.fit(...images);
        const end = performance.now() + 1600;
        while (performance.now() < end);
        return report;
      },
    })),
  },
  {
    name: 'fits in its first prediction',
    check: 'clock',
    says: /^the first prediction took/,
    make: broken(() => (model) => {
      let isFinished = false;
      return {
        async predict(images) {
          if (!isFinished) spin(500);
          isFinished = true;
          return model.predict(images);
        },
      };
    }),
  },
  {
    name: 'leaves a thread computing',
    check: 'clock',
    says: /^the process still used [\d.]+ m?s of processor time/,
    make: broken(() => (model) => ({
      async fit(...images) {
        const report = await model.fit(...images);
        const code = 'const start = process.cpuUsage(); while (process.cpuUsage(start).user < 900_000);';
        await new Promise((resolve) => new Worker(code, { eval: true }).once('online', resolve));
        return report;
      },
    })),
  },
  {
    name: 'trains inside context.evaluating',
    check: 'clock',
    says: /inside context\.evaluating/,
    make: broken(() => (model, context) => ({
      fit: (...images) =>
        context.evaluating(async () => {
          spin(400);
          return model.fit(...images);
        }),
    })),
  },
  {
    name: 'keeps an array of every fit',
    check: 'memory',
    says: /^each fit leaks [\d,]+ bytes of JavaScript memory/,
    make: broken(() => {
      const kept: Float32Array[] = [];
      return (model) => ({
        async fit(...images) {
          kept.push(new Float32Array(100_000).fill(kept.length));
          return model.fit(...images);
        },
      });
    }),
  },
  {
    name: 'keeps a tensor of every fit',
    check: 'memory',
    says: /^each fit leaks 1 tensors /,
    make: broken(
      () => (model) => ({
        async fit(...images) {
          (await tensorflow()).scalar(1);
          return model.fit(...images);
        },
      }),
      { needsTensorflow: true },
    ),
  },
];

/** Makes a device that works in the background, and a model that does not wait for it. */
export function delayedDevice(): { queue: DeviceQueue; adapter: ModelAdapter } {
  let work: Promise<unknown> = Promise.resolve();
  const queue: DeviceQueue = {
    async idle() {
      await work;
    },
  };
  const adapter = broken(() => (model) => ({
    async fit(...images) {
      const report = await model.fit(...images);
      work = Promise.all([work, sleep(300)]);
      return report;
    },
    async predict(images) {
      await queue.idle();
      return model.predict(images);
    },
  }))();
  return { queue, adapter };
}

let images: Promise<{ images: TrialImages; classNames: readonly string[] }> | undefined;

async function syntheticImages(): Promise<{ images: TrialImages; classNames: readonly string[] }> {
  const prepared = await prepareTrialImages(syntheticDataset());
  return { images: await openTrialImages(prepared), classNames: prepared.classNames };
}

/** Makes a trial of a model with generated images. */
export async function fakeTrial(adapter: ModelAdapter, changes: Partial<TrialRequest> = {}): Promise<Trial> {
  images ??= syntheticImages();
  return createTrial({
    adapter,
    params: adapter.params,
    seed: 1,
    device: 'cpu',
    threads: 1,
    queue: noQueue,
    slowdown: measureSlowdown,
    ...(await images),
    ...changes,
  });
}
