import { describe, expect, it } from 'vitest';
import { layersClassifier } from '../../../src/engine/network/layers-classifier.ts';
import type { LayersRecipe } from '../../../src/engine/network/network-recipe.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import type { EpochReport, LabelledImages, Progress } from '../../../src/types.ts';
import { fitContext, SHAPE, stripes } from '../small-images.ts';

const train = stripes(200, 1);
const validation = stripes(60, 2);
const test = stripes(90, 3);
const none: LabelledImages = { ...stripes(0), pixels: new Float32Array(0) };
const params = { epochs: 6, batchSize: 32, learningRate: 0.01, compiled: true };

const small: LayersRecipe = {
  optimizer: { kind: 'adam' },
  build: (tf, { shape, classCount }) =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [shape.height, shape.width, shape.channels],
          filters: 8,
          kernelSize: 3,
          activation: 'relu',
        }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dropout({ rate: 0.2 }),
        tf.layers.dense({ units: classCount, activation: 'softmax' }),
      ],
    }),
};

function accuracy(labels: Uint8Array, truth: Uint8Array): number {
  return labels.filter((label, i) => label === truth[i]).length / truth.length;
}

describe('layersClassifier', () => {
  it('learns, and the label is the class with the largest probability', async () => {
    const classifier = layersClassifier(fitContext({ ...params, epochs: 15 }), small);
    const report = await classifier.fit(train, validation);
    const { labels, probabilities } = await classifier.predict(test);
    classifier.dispose?.();
    expect(accuracy(labels, test.labels)).toBeGreaterThan(0.9);
    // 3 x 3 x 8 + 8 of the convolution, 3 x 3 x 8 x 3 + 3 of the dense layer.
    expect(report?.parameterCount).toBe(80 + 219);
    for (const [i, label] of labels.entries()) {
      const row = [...probabilities!.subarray(i * 3, i * 3 + 3)];
      expect(row.indexOf(Math.max(...row))).toBe(label);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
  });

  it('predicts the same for an image and its mirror image if it averages both', async () => {
    const { width } = SHAPE;
    const mirror = <T extends Uint8Array | Float32Array>(values: T): T =>
      values.map((_, i) => values[i - (i % width) + (width - 1 - (i % width))]!) as T;
    const mirrored = { ...test, bytes: mirror(test.bytes), pixels: mirror(test.pixels) };
    const predictBoth = async (recipe: LayersRecipe) => {
      const classifier = layersClassifier(fitContext({ ...params, epochs: 2 }), recipe);
      await classifier.fit(train, none);
      const both = [await classifier.predict(test), await classifier.predict(mirrored)];
      classifier.dispose?.();
      return both.map(({ probabilities }) => probabilities!);
    };
    const [one, other] = await predictBoth(small);
    const means = one!.map((probability, i) => (probability + other![i]!) / 2);
    expect(means).not.toEqual(one);
    expect(await predictBoth({ ...small, mirrored: true })).toEqual([means, means]);
  });

  it.each([true, false])(
    'gives bit-identical probabilities for a seed, whatever else draws (compiled: %s)',
    async (compiled) => {
      const runs: Float32Array[] = [];
      for (const [run, seed] of [5, 5, 6].entries()) {
        const context = fitContext({ ...params, epochs: 2, compiled }, { seed });
        const classifier = layersClassifier(context, small);
        const fit = classifier.fit(train, none);
        const others = setInterval(() => void Math.random(), run + 1);
        await fit;
        clearInterval(others);
        runs.push((await classifier.predict(test)).probabilities!);
        classifier.dispose?.();
      }
      expect(runs[1]).toEqual(runs[0]);
      expect(runs[2]).not.toEqual(runs[0]);
    },
  );

  it('gives the same predictions if it was stopped and resumes from its last epoch', async () => {
    const recipe: LayersRecipe = { ...small, averaging: 0.9, keepBest: true, augmentation: { shift: 1 } };
    let kept: unknown = null;
    const attempt = async (stopAfter: number, resume: boolean) => {
      const stop = new AbortController();
      const context = fitContext(params, {
        signal: stop.signal,
        epoch: ({ epoch }) => {
          if (epoch === stopAfter) stop.abort(new Error('stopped'));
        },
        checkpoint: {
          load: async () => (resume ? kept : null),
          save: async (state) => {
            kept = structuredClone(state());
          },
        },
      });
      const classifier = layersClassifier(context, recipe);
      try {
        const report = await classifier.fit(train, validation);
        return { notes: report?.notes, probabilities: (await classifier.predict(test)).probabilities };
      } finally {
        classifier.dispose?.();
      }
    };
    const whole = await attempt(0, false);
    await expect(attempt(4, false)).rejects.toThrow('stopped');
    const resumed = await attempt(0, true);
    expect(resumed.notes).toEqual({ ...whole.notes, resumedAfterEpoch: 4 });
    expect(resumed.probabilities).toEqual(whole.probabilities);
  });

  it('reports every epoch with the validation loss of its predictions', async () => {
    const epochs: EpochReport[] = [];
    let passes = 0;
    const classifier = layersClassifier(
      fitContext(params, {
        epoch: (report) => epochs.push(report),
        evaluating: (work) => {
          passes++;
          return work();
        },
      }),
      small,
    );
    await classifier.fit(train, validation);
    const { labels, probabilities } = await classifier.predict(validation);
    classifier.dispose?.();
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(passes).toBe(6);
    const last = epochs.at(-1)!;
    const loss = validation.labels.reduce((sum, label, i) => sum - Math.log(probabilities![i * 3 + label]!), 0) / 60;
    expect(last.validationLoss).toBeCloseTo(loss, 6);
    expect(last.validationAccuracy).toBeCloseTo(accuracy(labels, validation.labels), 9);
    expect(last.loss).toBeLessThan(epochs[0]!.loss!);
    expect(last.accuracy).toBeGreaterThan(epochs[0]!.accuracy!);
  });

  it('uses every training image once per epoch, including the last short batch', async () => {
    const epochs: EpochReport[] = [];
    const progress: Progress[] = [];
    // With a learning rate that changes nothing, the loss of the epoch is that of the untrained network.
    const classifier = layersClassifier(
      fitContext(
        { epochs: 1, batchSize: 64, learningRate: 1e-30, compiled: true },
        { epoch: (report) => epochs.push(report), progress: (step) => progress.push(step) },
      ),
      { ...small, build: withoutDropout },
    );
    await classifier.fit(train, none);
    const { labels, probabilities } = await classifier.predict(train);
    classifier.dispose?.();
    const loss = train.labels.reduce((sum, label, i) => sum - Math.log(probabilities![i * 3 + label]!), 0) / 200;
    expect(epochs[0]!.loss).toBeCloseTo(loss, 5);
    expect(epochs[0]!.accuracy).toBeCloseTo(accuracy(labels, train.labels), 9);
    // 200 images are 4 steps: 64, 64, 64 and 8.
    expect(progress[0]).toMatchObject({ done: 1, total: 4, unit: 'step' });
    expect(progress.at(-1)).toMatchObject({ done: 4, total: 4 });
  });

  it('keeps the weights of the best validation epoch if the recipe says so', async () => {
    const epochs: EpochReport[] = [];
    // With this large rate the network gets worse after some epochs.
    const classifier = layersClassifier(
      fitContext(
        { epochs: 12, batchSize: 16, learningRate: 0.15, compiled: true },
        { epoch: (report) => epochs.push(report) },
      ),
      { ...small, keepBest: true },
    );
    const report = await classifier.fit(train, validation);
    const { probabilities } = await classifier.predict(validation);
    classifier.dispose?.();
    const best = Math.min(...epochs.map(({ validationLoss }) => validationLoss!));
    const loss = validation.labels.reduce((sum, label, i) => sum - Math.log(probabilities![i * 3 + label]!), 0) / 60;
    expect(epochs.at(-1)!.validationLoss).toBeGreaterThan(best);
    expect(loss).toBeCloseTo(best, 5);
    expect(report?.notes?.['epochKept']).toBe(epochs.findIndex(({ validationLoss }) => validationLoss === best) + 1);
  });

  it('stops after `patience` epochs without a better validation loss', async () => {
    const epochs: EpochReport[] = [];
    const classifier = layersClassifier(
      fitContext(
        { epochs: 100, batchSize: 16, learningRate: 0.15, compiled: true },
        { epoch: (report) => epochs.push(report) },
      ),
      { ...small, patience: 2 },
    );
    await classifier.fit(train, validation);
    classifier.dispose?.();
    const losses = epochs.map(({ validationLoss }) => validationLoss!);
    expect(losses.indexOf(Math.min(...losses))).toBe(losses.length - 3);
  });

  it('multiplies the learning rate by the schedule', async () => {
    const shares: number[] = [];
    const schedule = (done: number): number => {
      shares.push(done);
      return 0;
    };
    const run = async (recipe: LayersRecipe, epochs: number): Promise<Float32Array> => {
      const classifier = layersClassifier(fitContext({ ...params, batchSize: 100, epochs }), recipe);
      await classifier.fit(train, none);
      const { probabilities } = await classifier.predict(test);
      classifier.dispose?.();
      return probabilities!;
    };
    // A factor of 0 does not change the initial weights.
    const still = { ...small, build: withoutDropout, schedule };
    expect(await run(still, 2)).toEqual(await run(still, 1));
    expect(shares.slice(0, 4)).toEqual([0, 0.25, 0.5, 0.75]);
  });

  it('stops within a step when it is aborted', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    let steps = 0;
    const classifier = layersClassifier(
      fitContext(
        { ...params, batchSize: 20, epochs: 50 },
        {
          signal: stop.signal,
          progress: () => {
            steps++;
            // Like a message from the harness, in a later turn of the event loop.
            setImmediate(() => stop.abort(reason));
          },
        },
      ),
      small,
    );
    await expect(classifier.fit(train, validation)).rejects.toBe(reason);
    expect(steps).toBe(1);
    await expect(classifier.predict(test)).rejects.toThrow('before fit');
  });

  it('leaves no tensor behind', async () => {
    const tf = await tensorflow();
    const before = tf.memory().numTensors;
    const classifier = layersClassifier(fitContext(params), { ...small, keepBest: true });
    await classifier.fit(train, validation);
    await classifier.predict(test);
    // The weights of two layers exist until the end.
    expect(tf.memory().numTensors).toBe(before + 4);
    classifier.dispose?.();
    expect(tf.memory().numTensors).toBe(before);
    const stopped = layersClassifier(fitContext(params, { signal: AbortSignal.abort(new Error('stopped')) }), small);
    await expect(stopped.fit(train, validation)).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([true, false])(
    'stops at the first step whose loss is not a finite number, and says where (compiled: %s)',
    async (compiled) => {
      const epochs: EpochReport[] = [];
      // The first epoch has 7 steps; later ones have a learning rate that no network survives.
      const recipe = { ...small, schedule: (share: number) => (share < 0.5 ? 1 : 1e34) };
      const context = fitContext({ ...params, epochs: 2, compiled }, { epoch: (point) => epochs.push(point) });
      const classifier = layersClassifier(context, recipe);
      await expect(classifier.fit(train, none)).rejects.toMatchObject({
        name: 'diverged',
        message: expect.stringMatching(
          /^the loss is (not a number|infinite) in epoch 2, step [2-7] of 7, with learning rate 1e\+32: try a smaller/,
        ),
      });
      expect(epochs.map(({ epoch }) => epoch)).toEqual([1]);
    },
  );

  it('rejects params out of range, and networks without softmax', async () => {
    expect(() => layersClassifier(fitContext({ ...params, epochs: 0 }), small)).toThrow('invalid epochs: 0');
    expect(() => layersClassifier(fitContext({ ...params, batchSize: 1.5 }), small)).toThrow('invalid batchSize: 1.5');
    expect(() => layersClassifier(fitContext({ ...params, learningRate: 0 }), small)).toThrow('learningRate: 0');
    const linear = layersClassifier(fitContext(params), {
      optimizer: { kind: 'sgd' },
      build: (tf) =>
        tf.sequential({
          layers: [tf.layers.flatten({ inputShape: [8, 8, 1] }), tf.layers.dense({ units: 3, activation: 'sigmoid' })],
        }),
    });
    await expect(linear.fit(train, validation)).rejects.toThrow("has the activation 'sigmoid'");
  });
});

const withoutDropout: LayersRecipe['build'] = (tf, { classCount }) =>
  tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [SHAPE.height, SHAPE.width, SHAPE.channels] }),
      tf.layers.dense({ units: classCount, activation: 'softmax' }),
    ],
  });
