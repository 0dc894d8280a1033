// Two convolutions in the manner of LeNet: 225,034 parameters on 28 x 28 grey images of ten classes.
import { layersClassifier } from '../src/engine/layers-classifier.ts';
import { defineModel } from '../src/types.ts';

export const cnnLenet = defineModel({
  id: 'cnn-lenet',
  family: 'cnn',
  kind: 'deep',
  engine: 'tensorflow',
  summary: 'two 3x3 convolutions of 32 and 64 filters, one hidden layer of 128, Adam',
  params: { epochs: 10, batchSize: 64, learningRate: 0.001, compiled: true },
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
            tf.layers.flatten(),
            tf.layers.dense({ units: 128, activation: 'relu' }),
            tf.layers.dense({ units: classCount, activation: 'softmax' }),
          ],
        });
      },
    }),
});
