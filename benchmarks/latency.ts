// Prediction latency at three batch sizes (tinybench), on models fitted to all images. Latency does not depend on how
// long a network was trained, so the networks train for one epoch; accuracies belong to the full comparison.
import { defineBenchmark } from '../src/types.ts';
import { fashionMnist } from './fashion-mnist.ts';

export const latency = defineBenchmark({
  ...fashionMnist,
  id: 'latency',
  summary: 'milliseconds a prediction for 1, 32 and 1,000 images; networks trained for one epoch only',
  params: { mlp: { epochs: 1 }, cnn: { epochs: 1 }, resnet: { epochs: 1 } },
  latencyBatches: [1, 32, 1000],
});
