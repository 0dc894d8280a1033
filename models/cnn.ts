// Three convolutions, the plain network that most write-ups end with.
import { KERAS_WEIGHTS } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';

export const cnn = defineNetwork({
  id: 'cnn',
  family: 'cnn',
  summary: 'three 3x3 convolutions of 32, 64 and 128 filters, one hidden layer of 128, Adam',
  params: { epochs: 18, batchSize: 64, learningRate: 0.001 },
  recipe: () => ({
    optimizer: { kind: 'adam' },
    build: (tf, { shape, classCount }) => {
      const inputShape = [shape.height, shape.width, shape.channels];
      return tf.sequential({
        layers: [
          tf.layers.conv2d({ inputShape, filters: 32, kernelSize: 3, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 128, kernelSize: 3, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 128, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.dense({ units: classCount, activation: 'softmax', ...KERAS_WEIGHTS }),
        ],
      });
    },
  }),
});
