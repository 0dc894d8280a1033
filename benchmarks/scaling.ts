// Fit and prediction time on growing subsets: our models and the npm libraries, with the equal parameters of `engines`.
import { defineBenchmark } from '../src/types.ts';
import { engines } from './engines.ts';

/** Images to fit on, smallest first. */
export const scalingSizes: readonly number[] = [1000, 2000, 5000, 10_000, 20_000, 55_000];

export const scaling = defineBenchmark({
  id: 'scaling',
  summary: 'our models and the npm libraries, fitted on 1,000 to 55,000 images',
  dataset: 'fashion-mnist',
  models: ['svm', 'random-forest', 'knn', 'logistic-regression'],
  validation: 0,
  testLimit: 1000,
  params: engines.params!,
  latencyBatches: [],
});
