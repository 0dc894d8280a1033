// Three convolution blocks with batch normalisation, leaky rectifiers and dropout, trained for three epochs only.
import { KERAS_WEIGHTS } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';

export const cnnBatchnorm = defineNetwork({
  id: 'cnn-batchnorm',
  family: 'cnn',
  summary: 'three 3x3 convolutions of 32, 64 and 128 filters with batch normalisation and dropout, three epochs',
  params: { epochs: 3, batchSize: 64, learningRate: 0.001 },
  recipe: () => ({
    optimizer: { kind: 'adam' },
    build: (tf, { shape, classCount }) => {
      const model = tf.sequential();
      const normalized = () => {
        // The usual 0.99 remembers its arbitrary start for hundreds of steps, more than a short fit takes.
        model.add(tf.layers.batchNormalization({ momentum: 0.9 }));
        model.add(tf.layers.leakyReLU({ alpha: 0.1 }));
        model.add(tf.layers.dropout({ rate: 0.25 }));
      };
      model.add(tf.layers.inputLayer({ inputShape: [shape.height, shape.width, shape.channels] }));
      for (const filters of [32, 64, 128]) {
        model.add(tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', ...KERAS_WEIGHTS }));
        normalized();
        model.add(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }));
      }
      model.add(tf.layers.flatten());
      model.add(tf.layers.dense({ units: 128, ...KERAS_WEIGHTS }));
      normalized();
      model.add(tf.layers.dense({ units: classCount, activation: 'softmax', ...KERAS_WEIGHTS }));
      return model;
    },
  }),
});
