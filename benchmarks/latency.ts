// Prediction latency at three batch sizes, on models fitted on all images. How long a network was trained does not change
// its latency, so the networks train for one epoch; accuracies belong to the default comparison.
import { defineBenchmark } from '../src/types.ts';
import { fashionMnist } from './fashion-mnist.ts';

export const latency = defineBenchmark({
  ...fashionMnist,
  id: 'latency',
  summary: 'milliseconds per prediction of 1, 32 and 1,000 images; networks train for one epoch',
  params: { mlp: { epochs: 1 }, cnn: { epochs: 1 }, resnet: { epochs: 1 } },
  latencyBatches: [1, 32, 1000],
});
