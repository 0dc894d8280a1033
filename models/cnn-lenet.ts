// Two convolutions in the manner of LeNet: 225,034 parameters on 28 x 28 grey images of ten classes.
import { KERAS_WEIGHTS } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';

export const cnnLenet = defineNetwork({
  id: 'cnn-lenet',
  family: 'cnn',
  summary: 'two 3x3 convolutions of 32 and 64 filters, one hidden layer of 128, Adam',
  params: { epochs: 10, batchSize: 64, learningRate: 0.001 },
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
          tf.layers.flatten(),
          tf.layers.dense({ units: 128, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.dense({ units: classCount, activation: 'softmax', ...KERAS_WEIGHTS }),
        ],
      });
    },
  }),
});
