// A small residual network: every convolution is 3x3 with the same number of filters, so that all shortcuts are identities.
import type { SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { defineNetwork } from '../src/engine/network.ts';
import type { Tensorflow } from '../src/engine/tensorflow.ts';

const FILTERS = 32;

export const resnet = defineNetwork({
  id: 'resnet',
  family: 'resnet',
  summary: 'three residual blocks of 32 filters, batch normalisation, global average pooling, Adam with cosine decay',
  source: 'He et al. (2016), Deep residual learning for image recognition, CVPR',
  params: { epochs: 20, batchSize: 128, learningRate: 0.003 },
  recipe: () => ({
    optimizer: { kind: 'adam' },
    schedule: (done) => (1 + Math.cos(Math.PI * done)) / 2,
    build: (tf, { shape, classCount }) => {
      const input = tf.input({ shape: [shape.height, shape.width, shape.channels] });
      // Halved first, the stem is normalised on a quarter of the pixels.
      let features = rectified(tf, normalized(tf, halved(tf, convolution(tf, input))));
      features = residualBlock(tf, features);
      features = residualBlock(tf, residualBlock(tf, halved(tf, features)));
      const pooled = tf.layers.globalAveragePooling2d({}).apply(features);
      const output = tf.layers.dense({ units: classCount, activation: 'softmax' }).apply(pooled) as SymbolicTensor;
      return tf.model({ inputs: input, outputs: output });
    },
  }),
});

function residualBlock(tf: Tensorflow, input: SymbolicTensor): SymbolicTensor {
  const first = rectified(tf, normalized(tf, convolution(tf, input)));
  const residual = normalized(tf, convolution(tf, first));
  return rectified(tf, tf.layers.add().apply([input, residual]) as SymbolicTensor);
}

function convolution(tf: Tensorflow, input: SymbolicTensor): SymbolicTensor {
  const layer = tf.layers.conv2d({ filters: FILTERS, kernelSize: 3, padding: 'same', useBias: false });
  return layer.apply(input) as SymbolicTensor;
}

function normalized(tf: Tensorflow, input: SymbolicTensor): SymbolicTensor {
  // The usual momentum of 0.99 remembers its arbitrary start for hundreds of steps, more than a short fit takes.
  return tf.layers.batchNormalization({ momentum: 0.9 }).apply(input) as SymbolicTensor;
}

function halved(tf: Tensorflow, input: SymbolicTensor): SymbolicTensor {
  return tf.layers.maxPooling2d({ poolSize: 2 }).apply(input) as SymbolicTensor;
}

function rectified(tf: Tensorflow, input: SymbolicTensor): SymbolicTensor {
  return tf.layers.reLU().apply(input) as SymbolicTensor;
}
