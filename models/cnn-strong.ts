// As many convolutions as the plain network of the write-ups, with everything around them that makes them better.
import type { SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { blocks } from '../src/engine/network/blocks.ts';
import { defineNetwork } from '../src/engine/network/define-network.ts';
import { cosine, warmUp } from '../src/engine/training/schedules.ts';

export const cnnStrong = defineNetwork({
  id: 'cnn-strong',
  family: 'cnn',
  summary:
    'three 3x3 convolutions of 32, 64 and 128 filters, batch normalisation, shifts and flips, AdamW, averaged weights',
  params: { epochs: 16, batchSize: 128, learningRate: 0.004 },
  recipe: () => ({
    optimizer: { kind: 'adam', beta2: 0.99, weightDecay: 0.02 },
    schedule: warmUp(0.1, cosine),
    labelSmoothing: 0.1,
    averaging: 0.995,
    augmentation: { shift: 2, flip: 0.5 },
    build: (tf, { shape, classCount }) => {
      const { convolution, dense, normalized, rectified, halved, dropped, classified } = blocks(tf);
      const input = tf.input({ shape: [shape.height, shape.width, shape.channels] });
      let features = input;
      for (const filters of [32, 64, 128]) features = rectified(normalized(halved(convolution(features, filters))));
      const flat = dropped(tf.layers.flatten().apply(features) as SymbolicTensor, 0.2);
      return classified(input, dropped(rectified(normalized(dense(flat, 256))), 0.2), classCount);
    },
  }),
});
