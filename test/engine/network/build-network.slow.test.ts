// Errors of networks name the layer as its author wrote it, and say what to do, for images of any size.
import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/engine/network/build-network.ts';
import { type Tensorflow, tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { describeLayer } from '../../../src/engine/training/describe-layer.ts';

let tf: Tensorflow;
beforeAll(async () => {
  tf = await tensorflow();
});

type List = (shape: [number, number, number]) => layers.Layer[];

function build(make: (inputShape: [number, number, number]) => LayersModel, height = 28, width = height) {
  const input = { shape: { height, width, channels: 1 }, classCount: 10 };
  return buildNetwork(tf, { optimizer: { kind: 'adam' }, build: () => make([height, width, 1]) }, input);
}

const sequential =
  (list: List) =>
  (inputShape: [number, number, number]): LayersModel =>
    tf.sequential({ layers: list(inputShape) });

/** Blocks of a convolution and a pooling layer, as an author writes one too many. */
const blocks =
  (count: number): List =>
  (inputShape) => [
    ...Array.from({ length: count }, (_, i) => [
      tf.layers.conv2d({ ...(i === 0 && { inputShape }), filters: 8 * (i + 1), kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
    ]).flat(),
    tf.layers.flatten(),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ];

describe('a network with too much pooling', () => {
  it.each([
    // 28 -> 26, 13 -> 11, 5 -> 3, 1.
    [
      28,
      28,
      4,
      "layer 7, conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }): the images are 1 x 1 here (28 x 28",
    ],
    // 8 -> 6, 3 -> 1, and a window of 2 does not fit into it.
    [
      8,
      8,
      2,
      'layer 4, maxPooling2d({ poolSize: 2 }): the images are 1 x 1 here (8 x 8 at the input), too small for its window of 2 x 2',
    ],
    // 20 x 12 -> 18 x 10, 9 x 5 -> 7 x 3, 3 x 1.
    [
      20,
      12,
      3,
      "layer 5, conv2d({ filters: 24, kernelSize: 3, activation: 'relu' }): the images are 3 x 1 here (20 x 12 at the input)",
    ],
  ])('%i x %i pixels, %i blocks: names the layer and the cure', (height, width, count, message) => {
    const faulty = () => build(sequential(blocks(count)), height, width);
    expect(faulty).toThrow(message);
    expect(faulty).toThrow(/: use padding: 'same', or pool less before it$/);
  });

  it('is named in the same way if its layers are applied one by one', () => {
    const faulty = () =>
      build((shape) => {
        const input = tf.input({ shape });
        let found = input;
        for (let i = 0; i < 5; i++) found = tf.layers.maxPooling2d({ poolSize: 2 }).apply(found) as SymbolicTensor;
        return tf.model({ inputs: input, outputs: found });
      });
    expect(faulty).toThrow('layer 5, maxPooling2d({ poolSize: 2 }): the images are 1 x 1 here (28 x 28 at the input)');
  });

  it('leaves tfjs as it was', () => {
    const { apply } = tf.layers.Layer.prototype;
    expect(() => build(sequential(blocks(4)))).toThrow('layer 7');
    expect(tf.layers.Layer.prototype.apply).toBe(apply);
    expect(build(sequential(blocks(3))).countParams()).toBeGreaterThan(0);
  });
});

describe('a network of another form', () => {
  const dense =
    (units: number, activation: 'softmax' | 'relu'): List =>
    (inputShape) => [tf.layers.flatten({ inputShape }), tf.layers.dense({ units, activation })];

  it.each<[string, (shape: [number, number, number]) => LayersModel, string]>([
    [
      '7 outputs for 10 classes',
      (shape) => sequential(dense(7, 'softmax'))(shape),
      "its last layer, dense({ units: 7, activation: 'softmax' }), has 7 outputs for 10 classes; write units: classCount",
    ],
    [
      'no softmax',
      (shape) => sequential(dense(10, 'relu'))(shape),
      "its last layer, dense({ units: 10, activation: 'relu' }), has the activation 'relu'; expected dense({ units: classCount",
    ],
    [
      'softmax as a layer',
      (shape) => tf.sequential({ layers: [...dense(10, 'relu')(shape), tf.layers.softmax()] }),
      'its last layer, softmax(), has no activation; expected dense({ units: classCount',
    ],
    [
      'two inputs',
      (shape) => {
        const inputs = [tf.input({ shape }), tf.input({ shape })];
        const flat = tf.layers.flatten().apply(tf.layers.add().apply(inputs)) as SymbolicTensor;
        const outputs = tf.layers.dense({ units: 10, activation: 'softmax' }).apply(flat) as SymbolicTensor;
        return tf.model({ inputs, outputs });
      },
      'it has 2 inputs; expected one, the images of 28 x 28 x 1',
    ],
    [
      'two outputs',
      (shape) => {
        const inputs = tf.input({ shape });
        const flat = tf.layers.flatten().apply(inputs) as SymbolicTensor;
        const output = () => tf.layers.dense({ units: 10, activation: 'softmax' }).apply(flat) as SymbolicTensor;
        return tf.model({ inputs, outputs: [output(), output()] });
      },
      'it has 2 outputs; expected one, the probabilities',
    ],
    [
      'images of another size',
      () => sequential(dense(10, 'softmax'))([32, 32, 3]),
      'its input is 32 x 32 x 3, and the images are 28 x 28 x 1; write inputShape: [shape.height,',
    ],
    [
      'no flatten',
      (inputShape) => tf.sequential({ layers: [tf.layers.dense({ inputShape, units: 10, activation: 'softmax' })] }),
      "its last layer, dense({ units: 10, activation: 'softmax' }), has 28 x 28 x 10 outputs for 10 classes; put flatten() or globalAveragePooling2d({}) before",
    ],
    [
      'nothing returned',
      () => undefined as unknown as LayersModel,
      'build returned undefined; expected tf.sequential(...)',
    ],
  ])('is refused before it is trained: %s', (_what, make, message) => {
    expect(() => build(make)).toThrow(`invalid network: ${message}`);
  });

  it('names a layer that does not fit the one before it', () => {
    const list: List = (inputShape) => [
      tf.layers.flatten({ inputShape }),
      tf.layers.conv2d({ filters: 8, kernelSize: 3 }),
    ];
    expect(() => build(sequential(list))).toThrow(
      'layer 2, conv2d({ filters: 8, kernelSize: 3 }) does not fit the layer before it (it is given 784): Input 0 is ' +
        'incompatible with it: expected ndim=4, found ndim=2',
    );
  });
});

it('describes layers as they are written', () => {
  class Noise extends tf.layers.Layer {
    static className = 'Noise';
  }
  const { layers } = tf;
  expect(
    [
      layers.conv2d({ filters: 4, kernelSize: [3, 5], strides: 2, padding: 'same' }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, name: 'halve' }),
      layers.dropout({ rate: 0.5 }),
      layers.batchNormalization(),
      new Noise({}),
    ].map((layer) => describeLayer(tf, layer)),
  ).toEqual([
    "conv2d({ filters: 4, kernelSize: [3,5], strides: 2, padding: 'same' })",
    "averagePooling2d({ name: 'halve', poolSize: 3, strides: 2 })",
    'dropout({ rate: 0.5 })',
    'batchNormalization()',
    'class Noise',
  ]);
});
