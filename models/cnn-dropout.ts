// One convolution, much dropout, the best validation epoch kept: 805,962 parameters on 28 x 28 grey images of ten classes.
import { layersClassifier } from '../src/engine/layers-classifier.ts';
import { defineModel } from '../src/types.ts';

export const cnnDropout = defineModel({
  id: 'cnn-dropout',
  family: 'cnn',
  kind: 'deep',
  engine: 'tensorflow',
  summary: 'one 2x2 convolution of 64 filters, dropout, one hidden layer of 256, best of 50 epochs by validation loss',
  params: { epochs: 50, batchSize: 64, learningRate: 0.001, compiled: true },
  needsTensorflow: true,
  create: (context) =>
    layersClassifier(context, {
      optimizer: { kind: 'adam' },
      keepBest: true,
      build: (tf, { shape, classCount }) => {
        const inputShape = [shape.height, shape.width, shape.channels];
        return tf.sequential({
          layers: [
            tf.layers.conv2d({ inputShape, filters: 64, kernelSize: 2, padding: 'same', activation: 'relu' }),
            tf.layers.maxPooling2d({ poolSize: 2 }),
            tf.layers.dropout({ rate: 0.3 }),
            tf.layers.maxPooling2d({ poolSize: 2 }),
            tf.layers.dropout({ rate: 0.3 }),
            tf.layers.flatten(),
            tf.layers.dense({ units: 256, activation: 'relu' }),
            tf.layers.dropout({ rate: 0.5 }),
            tf.layers.dense({ units: classCount, activation: 'softmax' }),
          ],
        });
      },
    }),
});
