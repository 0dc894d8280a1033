// The default comparison: eight models on all of Fashion-MNIST.
import { defineBenchmark } from '../src/types.ts';

export const fashionMnist = defineBenchmark({
  id: 'fashion-mnist',
  summary: 'the default comparison: eight models, 55,000 images to fit, 5,000 to validate, 10,000 to test',
  dataset: 'fashion-mnist',
  models: ['majority', 'logistic-regression', 'svm', 'random-forest', 'knn', 'mlp', 'cnn', 'resnet'],
  validation: 5000,
  latencyBatches: [1, 32, 1000],
});
