// Two hidden layers over the flattened pixels.
import { layersClassifier } from '../src/engine/layers-classifier.ts';
import { defineModel } from '../src/types.ts';

export const mlp = defineModel({
  id: 'mlp',
  family: 'mlp',
  kind: 'deep',
  engine: 'tensorflow',
  summary: 'hidden layers of 128 and 64 units, Adam',
  params: { epochs: 15, batchSize: 64, learningRate: 0.001, compiled: true },
  needsTensorflow: true,
  create: (context) =>
    layersClassifier(context, {
      optimizer: { kind: 'adam' },
      build: (tf, { shape, classCount }) =>
        tf.sequential({
          layers: [
            tf.layers.flatten({ inputShape: [shape.height, shape.width, shape.channels] }),
            tf.layers.dense({ units: 128, activation: 'relu' }),
            tf.layers.dense({ units: 64, activation: 'relu' }),
            tf.layers.dense({ units: classCount, activation: 'softmax' }),
          ],
        }),
    }),
});
