// Three convolutions, the plain network that most write-ups end with.
import { layersClassifier } from '../src/engine/layers-classifier.ts';
import { defineModel } from '../src/types.ts';

export const cnn = defineModel({
  id: 'cnn',
  family: 'cnn',
  kind: 'deep',
  engine: 'tensorflow',
  summary: 'three 3x3 convolutions of 32, 64 and 128 filters, one hidden layer of 128, Adam',
  params: { epochs: 18, batchSize: 64, learningRate: 0.001, compiled: true },
  needsTensorflow: true,
  create: (context) =>
    layersClassifier(context, {
      optimizer: { kind: 'adam' },
      build: (tf, { shape, classCount }) => {
        const inputShape = [shape.height, shape.width, shape.channels];
        return tf.sequential({
          layers: [
            tf.layers.conv2d({ inputShape, filters: 32, kernelSize: 3, activation: 'relu' }),
            tf.layers.maxPooling2d({ poolSize: 2 }),
            tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
            tf.layers.maxPooling2d({ poolSize: 2 }),
            tf.layers.conv2d({ filters: 128, kernelSize: 3, activation: 'relu' }),
            tf.layers.flatten(),
            tf.layers.dense({ units: 128, activation: 'relu' }),
            tf.layers.dense({ units: classCount, activation: 'softmax' }),
          ],
        });
      },
    }),
});
