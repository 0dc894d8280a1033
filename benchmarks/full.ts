// Every row of the report, measured in one run at one commit: about nine hours on two cores.
import type { StagedBenchmark } from '../src/base/staged-benchmark.ts';
import { engines, libraryPairs } from './engines.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { latency } from './latency.ts';
import { scaling } from './scaling.ts';
import { training, trainingPairs } from './training.ts';

export const full: StagedBenchmark = {
  id: 'full',
  summary: 'every row of the report in one run: all models, references, engines, training, scaling, latency',
  stages: [
    {
      measure: 'fits',
      summary: 'baseline and traditional models',
      benchmark: fashionMnist.id,
      // The npm libraries cannot fit all images.
      models: { kinds: ['baseline', 'traditional'], except: Object.values(libraryPairs) },
    },
    {
      measure: 'fits',
      summary: 'networks',
      benchmark: fashionMnist.id,
      models: { kinds: ['deep'], except: Object.values(trainingPairs) },
      seeds: 3,
    },
    {
      measure: 'fits',
      summary: 'resnet-fast with mirrored test images',
      benchmark: fashionMnist.id,
      models: ['resnet-fast'],
      seeds: 3,
      settings: ['resnet-fast.testFlips=true'],
    },
    { measure: 'fits', summary: 'prediction latency', benchmark: latency.id, models: latency.models },
    { measure: 'fits', summary: 'our engines and the npm libraries', benchmark: engines.id, models: engines.models },
    { measure: 'fits', summary: 'our training and that of tfjs', benchmark: training.id, models: training.models },
    {
      measure: 'references',
      summary: 'traditional models alternating with reference implementations',
      models: [
        'svm',
        'random-forest',
        'knn',
        'logistic-regression',
        'linear-svm',
        'naive-bayes',
        'nearest-centroid',
        'gradient-boosting',
      ],
      libraries: ['scikit-learn', 'lightgbm', 'xgboost'],
      rounds: 3,
    },
    {
      measure: 'references',
      summary: 'networks alternating with Keras',
      models: ['mlp', 'cnn-lenet', 'cnn-batchnorm', 'resnet'],
      libraries: ['keras'],
      rounds: 1,
    },
    {
      measure: 'scaling',
      summary: 'our engines and the npm libraries on growing numbers of images',
      models: scaling.models,
      stopSeconds: 60,
    },
  ],
};
