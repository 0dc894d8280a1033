// Models that break one rule each. The honest one is what `npm run new-model` starts with.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { measureSlowdown } from '../../src/conformance/slowdown.ts';
import { type DeviceQueue, noQueue } from '../../src/conformance/trial/device-queue.ts';
import { openTrialImages, prepareTrialImages, type TrialImages } from '../../src/conformance/trial/small-data.ts';
import { syntheticDataset } from '../../src/conformance/trial/synthetic.ts';
import { createTrial, type Trial, type TrialRequest } from '../../src/conformance/trial/trial.ts';
import { relabelled } from '../../src/data/views.ts';
import { tensorflow } from '../../src/engine/runtime/tensorflow.ts';
import { myModel } from '../../src/new-model/templates/plain.ts';
import type { Classifier, FitContext, Images, LabelledImages, ModelAdapter, Prediction } from '../../src/types.ts';

/** A model that keeps all rules. */
export const honest = myModel as unknown as ModelAdapter;

type Break = (honest: Classifier, context: FitContext) => Partial<Classifier>;

/** Gives what makes a model that is honest but for some methods; its state outside of `create` begins anew with every call. */
const broken =
  (make: () => Break, changes: Partial<ModelAdapter> = {}) =>
  (): ModelAdapter => {
    const change = make();
    return {
      ...honest,
      ...changes,
      create: (context) => {
        const classifier = honest.create(context);
        return { ...classifier, ...change(classifier, context) };
      },
    };
  };

const spin = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};
const hasLabels = (images: Images): images is LabelledImages => 'labels' in images;
const pictureOf = ({ bytes, count }: Images, i: number): string =>
  Buffer.from(bytes.subarray((i * bytes.length) / count, ((i + 1) * bytes.length) / count)).toString('latin1');
/** Fits a model, and notes the label of each image. */
const noting =
  (model: Classifier, fitted: Map<string, number>): Classifier['fit'] =>
  (train, validation) => {
    for (let i = 0; i < train.count; i++) fitted.set(pictureOf(train, i), train.labels[i]!);
    return model.fit(train, validation);
  };
/** Answers for images that were fitted as `known` says, for others as `other` does. */
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

/** The checks that a model fails among those that measure nothing, and what makes the model. */
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
    name: 'gives a label too many',
    fails: ['prediction-form'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels } = await model.predict(images);
        return { labels: images.count > 150 ? Uint8Array.of(...labels, 0) : labels };
      },
    })),
  },
  {
    name: 'gives probabilities that are no numbers',
    fails: ['prediction-form'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels, probabilities } = await model.predict(images);
        return { labels, probabilities: probabilities!.map(() => Number.NaN) };
      },
    })),
  },
  {
    name: 'gives labels that its probabilities contradict',
    fails: ['prediction-form'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels, probabilities } = await model.predict(images);
        return { labels, probabilities: probabilities!.toReversed() };
      },
    })),
  },
  {
    name: 'answers otherwise in small batches',
    fails: ['batches'],
    make: broken(() => (model) => ({
      predict: async (images) =>
        images.count > 64 && images.count < 100
          ? { labels: new Uint8Array(images.count) }
          : { labels: (await model.predict(images)).labels },
    })),
  },
  {
    name: 'answers before it was fitted',
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
    name: 'draws numbers that no seed decides',
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
    name: 'reads the labels beside the test images',
    fails: ['test-labels', 'shuffled-labels'],
    make: broken(() => (model) => ({
      async predict(images) {
        const { labels } = await model.predict(images);
        return { labels: hasLabels(images) ? images.labels : labels };
      },
    })),
  },
  {
    name: 'looks at the validation labels when it predicts',
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
        // What it saved would be another model's.
        save: undefined,
        load: undefined,
      };
    }),
  },
  {
    name: 'knows nothing but the images it has seen',
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
    name: 'is wrong on the images it has seen',
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
    name: 'gives a reason of its own when it was stopped',
    fails: ['stopped-before'],
    make: broken(() => (model, { signal }) => ({
      async fit(...images) {
        if (signal.aborted) throw new Error('cannot go on');
        return model.fit(...images);
      },
    })),
  },
];

/** Models that fail a check that measures, and what it says of them. */
export const measuredBreaches: readonly {
  name: string;
  check: string;
  says: RegExp;
  make: () => ModelAdapter;
  queue?: DeviceQueue;
}[] = [
  {
    name: 'waits in its fit and does not listen',
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
        spin(1600);
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
    says: /went on computing/,
    make: broken(() => (model) => ({
      async fit(...images) {
        const report = await model.fit(...images);
        const code = 'const end = Date.now() + 900; while (Date.now() < end);';
        await new Promise((resolve) => new Worker(code, { eval: true }).once('online', resolve));
        return report;
      },
    })),
  },
  {
    name: 'trains where the clock does not look',
    check: 'clock',
    says: /inside context\.evaluating/,
    make: broken(() => (model, context) => ({
      fit: (...images) =>
        context.evaluating(async () => {
          await sleep(400);
          return model.fit(...images);
        }),
    })),
  },
  {
    name: 'keeps an array of every fit',
    check: 'memory',
    says: /bytes of JavaScript memory/,
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
    says: /leaves behind tensors: 1 /,
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

/** A device that does its work later, and a model that does not wait for it. */
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

async function madeImages(): Promise<{ images: TrialImages; classNames: readonly string[] }> {
  const prepared = await prepareTrialImages(syntheticDataset());
  return { images: await openTrialImages(prepared), classNames: prepared.classNames };
}

/** Puts a fake on trial, on made images. */
export async function fakeTrial(adapter: ModelAdapter, changes: Partial<TrialRequest> = {}): Promise<Trial> {
  images ??= madeImages();
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
