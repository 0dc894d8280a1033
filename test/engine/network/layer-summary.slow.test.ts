import { expect, it } from 'vitest';
import { summarizeLayers } from '../../../src/engine/network/layer-summary.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';

const tf = await tensorflow();

it('counts weights and multiplications of each layer', () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, name: 'first' }),
      tf.layers.batchNormalization(),
      tf.layers.separableConv2d({ filters: 64, kernelSize: 3, padding: 'same', useBias: false }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10 }),
    ],
  });
  const rows = summarizeLayers(model).map(({ kind, outputShape, parameters, multiplyAdds }) => [
    kind,
    outputShape.join(' x '),
    parameters,
    multiplyAdds,
  ]);
  expect(rows).toEqual([
    // 3 x 3 x 1 x 32 weights at 26 x 26 positions, and 32 biases.
    ['Conv2D', '26 x 26 x 32', 288 + 32, 288 * 676],
    ['BatchNormalization', '26 x 26 x 32', 4 * 32, 0],
    // 3 x 3 weights for each of 32 channels, then 32 x 64.
    ['SeparableConv2D', '26 x 26 x 64', 288 + 2048, (288 + 2048) * 676],
    ['MaxPooling2D', '13 x 13 x 64', 0, 0],
    ['Flatten', '10816', 0, 0],
    ['Dense', '10', 108_160 + 10, 108_160],
  ]);
  expect(summarizeLayers(model)[0]!.name).toBe('first');
  model.dispose();
});

it('gives layers the same names each time the network is built', () => {
  const build = () =>
    tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [2], units: 3 }),
        tf.layers.dense({ units: 3, name: 'mine_3' }),
        tf.layers.leakyReLU({}),
        tf.layers.dense({ units: 3 }),
      ],
    });
  const models = [build(), build()];
  for (const model of models) {
    expect(summarizeLayers(model).map(({ name }) => name)).toEqual(['dense_1', 'mine_3', 'leaky_re_lu_1', 'dense_2']);
    model.dispose();
  }
});
