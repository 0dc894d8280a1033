// my-model: a network with one hidden layer. Replace the layers and the summary with yours.
import { KERAS_WEIGHTS } from '../../engine/network/blocks.ts';
import { defineNetwork } from '../../engine/network/define-network.ts';

export const myModel = defineNetwork({
  id: 'my-model',
  family: 'mlp',
  summary: 'one hidden layer of 64 units, Adam',
  params: { epochs: 15, batchSize: 64, learningRate: 0.001 },
  // How the network learns, and its layers. docs/training.md lists optimizers, schedules and layers.
  recipe: () => ({
    optimizer: { kind: 'adam' },
    build: (tf, { shape, classCount }) =>
      tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: [shape.height, shape.width, shape.channels] }),
          tf.layers.dense({ units: 64, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.dense({ units: classCount, activation: 'softmax', ...KERAS_WEIGHTS }),
        ],
      }),
  }),
});
