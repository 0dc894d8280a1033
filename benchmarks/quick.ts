// The default comparison on a tenth of the data with short training: shows in under two minutes that everything works.
import { defineBenchmark } from '../src/types.ts';
import { fashionMnist } from './fashion-mnist.ts';

export const quick = defineBenchmark({
  ...fashionMnist,
  id: 'quick',
  summary: '6,000 images to fit, 1,000 to validate, 2,000 to test, short training: under two minutes',
  validation: 1000,
  limit: 6000,
  testLimit: 2000,
  params: { mlp: { epochs: 5 }, cnn: { epochs: 3 }, resnet: { epochs: 3 } },
  latencyBatches: [],
  isTrial: true,
});
