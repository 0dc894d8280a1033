// A small residual network: every convolution is 3x3 with the same number of filters, so that all shortcuts are identities.
import type { SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { blocks } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';
import { cosine } from '../src/engine/training/schedules.ts';

const FILTERS = 32;

export const resnet = defineNetwork({
  id: 'resnet',
  family: 'resnet',
  summary: 'three residual blocks of 32 filters, batch normalisation, global average pooling, Adam with cosine decay',
  source: 'He et al. (2016), Deep residual learning for image recognition, CVPR',
  params: { epochs: 20, batchSize: 128, learningRate: 0.003 },
  recipe: () => ({
    optimizer: { kind: 'adam' },
    schedule: cosine,
    build: (tf, { shape, classCount }) => {
      const { convolution, normalized, rectified, halved, residual, classified } = blocks(tf);
      const input = tf.input({ shape: [shape.height, shape.width, shape.channels] });
      // Halved first, the stem is normalised on a quarter of the pixels.
      let features = rectified(normalized(halved(convolution(input, FILTERS))));
      features = residual(features, FILTERS);
      features = residual(residual(halved(features), FILTERS), FILTERS);
      const pooled = tf.layers.globalAveragePooling2d({}).apply(features) as SymbolicTensor;
      return classified(input, pooled, classCount);
    },
  }),
});
