// Two hidden layers over the flattened pixels.
import { KERAS_WEIGHTS } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';

export const mlp = defineNetwork({
  id: 'mlp',
  family: 'mlp',
  summary: 'hidden layers of 128 and 64 units, Adam',
  params: { epochs: 15, batchSize: 64, learningRate: 0.001 },
  recipe: () => ({
    optimizer: { kind: 'adam' },
    build: (tf, { shape, classCount }) =>
      tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: [shape.height, shape.width, shape.channels] }),
          tf.layers.dense({ units: 128, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.dense({ units: 64, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.dense({ units: classCount, activation: 'softmax', ...KERAS_WEIGHTS }),
        ],
      }),
  }),
});
