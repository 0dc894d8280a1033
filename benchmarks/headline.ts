// The table of the README: models alternating with their reference implementations, about 30 minutes on two cores. Fits of
// less than a minute are repeated. Larger networks are in `full`: resnet and Keras's resnet alone take 22 minutes.
import type { StagedBenchmark } from '../src/base/staged-benchmark.ts';

export const headline: StagedBenchmark = {
  id: 'headline',
  summary: "the README's table: models alternating with reference implementations, 30 minutes on two cores",
  stages: [
    {
      measure: 'references',
      summary: 'traditional models alternating with scikit-learn',
      models: ['random-forest', 'knn', 'logistic-regression', 'linear-svm'],
      libraries: ['scikit-learn'],
      rounds: 3,
    },
    {
      measure: 'references',
      summary: 'gradient boosting alternating with LightGBM',
      models: ['gradient-boosting'],
      libraries: ['lightgbm'],
      rounds: 3,
    },
    {
      measure: 'references',
      summary: 'small network alternating with Keras',
      models: ['mlp'],
      libraries: ['keras'],
      rounds: 3,
    },
    {
      measure: 'references',
      summary: 'kernel SVM alternating with scikit-learn',
      models: ['svm'],
      libraries: ['scikit-learn'],
      rounds: 1,
    },
    {
      measure: 'references',
      summary: 'convolutional network alternating with Keras',
      models: ['cnn-lenet'],
      libraries: ['keras'],
      rounds: 1,
    },
  ],
};
