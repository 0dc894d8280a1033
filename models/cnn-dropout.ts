// One convolution, much dropout, the best validation epoch kept: 805,962 parameters on 28 x 28 grey images of ten classes.
import { KERAS_WEIGHTS } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';

export const cnnDropout = defineNetwork({
  id: 'cnn-dropout',
  family: 'cnn',
  summary: 'one 2x2 convolution of 64 filters, dropout, one hidden layer of 256, best of 50 epochs by validation loss',
  params: { epochs: 50, batchSize: 64, learningRate: 0.001 },
  recipe: () => ({
    optimizer: { kind: 'adam' },
    keepBest: true,
    build: (tf, { shape, classCount }) => {
      const inputShape = [shape.height, shape.width, shape.channels];
      return tf.sequential({
        layers: [
          tf.layers.conv2d({
            inputShape,
            filters: 64,
            kernelSize: 2,
            padding: 'same',
            activation: 'relu',
            ...KERAS_WEIGHTS,
          }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.dropout({ rate: 0.3 }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.dropout({ rate: 0.3 }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 256, activation: 'relu', ...KERAS_WEIGHTS }),
          tf.layers.dropout({ rate: 0.5 }),
          tf.layers.dense({ units: classCount, activation: 'softmax', ...KERAS_WEIGHTS }),
        ],
      });
    },
  }),
});
