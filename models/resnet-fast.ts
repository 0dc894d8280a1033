// A residual network made to be good soon: wide where images are small, and the training habits of speed runs.
import type { SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { blocks } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';
import { cosine, warmUp } from '../src/engine/training/schedules.ts';

export const resnetFast = defineNetwork({
  id: 'resnet-fast',
  family: 'resnet',
  summary:
    'residual blocks of 48 and 96 filters, shifts and flips, label smoothing, AdamW in one cycle, averaged weights',
  source: 'Page (2018), How to train your ResNet (the habits)',
  // testFlips predicts the mean of an image and its mirror image.
  params: { epochs: 24, batchSize: 128, learningRate: 0.004, testFlips: false },
  recipe: ({ testFlips }) => ({
    optimizer: { kind: 'adam', beta2: 0.99, weightDecay: 0.02 },
    schedule: warmUp(0.15, cosine),
    labelSmoothing: 0.1,
    averaging: 0.995,
    augmentation: { shift: 2, flip: 0.5 },
    mirrored: testFlips,
    build: (tf, { shape, classCount }) => {
      const { convolution, normalized, rectified, halved, residual, classified } = blocks(tf);
      const input = tf.input({ shape: [shape.height, shape.width, shape.channels] });
      let features = residual(rectified(normalized(halved(convolution(input, 48)))), 48);
      features = residual(rectified(normalized(convolution(halved(features), 96))), 96);
      const pools = [tf.layers.globalAveragePooling2d({}), tf.layers.globalMaxPooling2d({})];
      const pooled = pools.map((pool) => pool.apply(features) as SymbolicTensor);
      return classified(input, tf.layers.concatenate().apply(pooled) as SymbolicTensor, classCount);
    },
  }),
});
