import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { afterEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { createRandom, withMathRandom } from '../../../src/base/random.ts';
import { convolutionOf, gradCam } from '../../../src/engine/network/grad-cam.ts';
import { layersClassifier } from '../../../src/engine/network/layers-classifier.ts';
import type { LayersRecipe } from '../../../src/engine/network/network-recipe.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { predictedLogits } from '../../../src/engine/training/logits.ts';
import { fitContext, stripes } from '../small-images.ts';

const tf = await tensorflow();
const made: { dispose(): unknown }[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.dispose();
});

/** One 1 x 1 convolution of two filters, the mean of each, and a dense layer on the two means. */
function twoFilters(dense: readonly (readonly number[])[]) {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [2, 3, 1], filters: 2, kernelSize: 1, useBias: false, name: 'both-signs' }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 2, useBias: false, activation: 'softmax' }),
    ],
  });
  // The output of the first filter is the image, that of the second its negative.
  model.setWeights([tf.tensor4d([1, -1], [1, 1, 1, 2]), tf.tensor2d(dense as number[][])]);
  made.push(model);
  return model;
}

const image = [0, 2, 4, 1, 0, 3];

describe('gradCam', () => {
  it('gives the result of a computation by hand', () => {
    // The score of class 0 is 3 x mean(image) + 1 x mean(-image): gradients 3/6 and 1/6 at all six positions, so the map is
    // (3/6 - 1/6) x image, divided by its maximum. For class 1 it is (-2/6 - 5/6) x image: nothing supports it.
    const model = twoFilters([
      [3, -2],
      [1, 5],
    ]);
    const input = tf.tensor4d([...image, ...image], [2, 2, 3, 1]);
    const maps = gradCam(tf, model, convolutionOf(model), input, Uint8Array.of(0, 1));
    made.push(input, maps);
    expect(maps.shape).toEqual([2, 2, 3]);
    const found = [...maps.dataSync()];
    for (const [i, value] of image.entries()) expect(found[i]).toBeCloseTo(value / 4, 6);
    expect(found.slice(6)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('weights outputs by the gradient of the rest of the model', () => {
    const random = createRandom(3);
    const model = withMathRandom(random, () =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu', name: 'first' }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 5, kernelSize: 2, name: 'second' }),
          tf.layers.batchNormalization({}),
          tf.layers.leakyReLU({}),
          tf.layers.flatten(),
          tf.layers.dense({ units: 3, activation: 'softmax' }),
        ],
      }),
    );
    made.push(model);
    const { pixels } = stripes(4, 2);
    const input = tf.tensor4d(pixels, [4, 8, 8, 1]);
    const labels = Uint8Array.of(2, 0, 1, 1);
    const before = [...(model.predict(input) as Tensor).dataSync()];
    for (const name of ['first', 'second']) {
      const at = model.layers.findIndex((layer) => layer.name === name);
      const maps = gradCam(tf, model, convolutionOf(model, name), input, labels);
      const expected = tf.tidy(() => {
        const run = (from: number, to: number, x: Tensor) =>
          model.layers.slice(from, to).reduce((y, layer) => layer.apply(y) as typeof x, x);
        const activations = run(0, at + 1, input);
        const score = (x: Tensor) => {
          const flat = run(at + 1, model.layers.length - 1, x);
          const [kernel, bias] = model.layers.at(-1)!.getWeights();
          const logits = tf.add(tf.matMul(flat as never, kernel as never), bias!);
          return tf.sum(tf.mul(logits, tf.oneHot(tf.tensor1d([...labels], 'int32'), 3)));
        };
        const weights = tf.mean(tf.grad(score)(activations), [1, 2], true);
        const map = tf.relu(tf.sum(tf.mul(activations, weights), 3));
        return tf.divNoNan(map, tf.max(map, [1, 2], true)).dataSync();
      });
      const found = maps.dataSync();
      expect(found).toHaveLength(expected.length);
      for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
      expect(Math.max(...found)).toBeCloseTo(1, 6);
      maps.dispose();
    }
    // The model is unchanged.
    const after = [...(model.predict(input) as Tensor).dataSync()];
    expect(after).toEqual(before);
    const logits = predictedLogits(model, input);
    made.push(input, logits);
    expect([...tf.softmax(logits).dataSync()].map((p) => p.toFixed(5))).toEqual(before.map((p) => p.toFixed(5)));
  });

  it('leaves no tensor behind', () => {
    const model = twoFilters([
      [3, -2],
      [1, 5],
    ]);
    const input = tf.tensor4d(image, [1, 2, 3, 1]);
    const layer = convolutionOf(model);
    const { numTensors } = tf.memory();
    gradCam(tf, model, layer, input, Uint8Array.of(0)).dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
    made.push(input);
  });

  it('rejects a network without a convolution, and an unknown name', () => {
    const dense = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [2, 3, 1] }), tf.layers.dense({ units: 2, activation: 'softmax' })],
    });
    made.push(dense);
    expect(() => convolutionOf(dense)).toThrow(UserError);
    const model = twoFilters([
      [3, -2],
      [1, 5],
    ]);
    expect(() => convolutionOf(model, 'both-sings')).toThrow(/unknown convolution: "both-sings".*both-signs/);
  });
});

describe('gradCam of a classifier', () => {
  const recipe: LayersRecipe = {
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
          tf.layers.flatten(),
          tf.layers.dense({ units: classCount, activation: 'softmax' }),
        ],
      }),
  };

  it('explains the predicted class by default, for a fitted and for a loaded model', async () => {
    const params = { epochs: 8, batchSize: 16, learningRate: 0.01, compiled: true };
    const classifier = layersClassifier(fitContext(params), recipe);
    await expect(classifier.gradCam!(stripes(1))).rejects.toThrow(/before fit/);
    await classifier.fit(stripes(120, 1), stripes(0));
    const images = stripes(230, 4);
    const { labels } = await classifier.predict(images);
    const explained = await classifier.gradCam!(images);
    expect([explained.height, explained.width]).toEqual([6, 6]);
    expect(explained.labels).toEqual(labels);
    expect(explained.maps).toHaveLength(230 * 36);
    const loaded = layersClassifier(fitContext(params), recipe);
    await loaded.load!(await classifier.save!());
    const again = await loaded.gradCam!(images);
    for (const [i, value] of explained.maps.entries()) expect(again.maps[i]).toBeCloseTo(value, 5);
    const other = await loaded.gradCam!(images, { labels: labels.map((label) => (label + 1) % 3) });
    expect(other.maps).not.toEqual(again.maps);
    classifier.dispose?.();
    loaded.dispose?.();
  });
});
