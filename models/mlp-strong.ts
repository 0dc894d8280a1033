// Dense layers only, wide, with the training habits of the strong convolutional networks.
import type { SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { blocks } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';
import { cosine, warmUp } from '../src/engine/training/schedules.ts';

export const mlpStrong = defineNetwork({
  id: 'mlp-strong',
  family: 'mlp',
  summary: 'two hidden layers of 1,024 units, batch normalisation, dropout, shifts and flips, AdamW, averaged weights',
  params: { epochs: 30, batchSize: 256, learningRate: 0.003 },
  recipe: () => ({
    optimizer: { kind: 'adam', beta2: 0.99, weightDecay: 0.05 },
    schedule: warmUp(0.1, cosine),
    labelSmoothing: 0.1,
    averaging: 0.998,
    augmentation: { shift: 1, flip: 0.5 },
    build: (tf, { shape, classCount }) => {
      const { dense, normalized, rectified, dropped, classified } = blocks(tf);
      const input = tf.input({ shape: [shape.height, shape.width, shape.channels] });
      let features = tf.layers.flatten().apply(input) as SymbolicTensor;
      for (const units of [1024, 1024]) features = dropped(rectified(normalized(dense(features, units))), 0.15);
      return classified(input, features, classCount);
    },
  }),
});
