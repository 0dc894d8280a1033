// Our engines compared with the npm libraries that do the same, on a subset small enough for the libraries: about three
// minutes on two cores, most of it the libraries'. No validation images: scoring them takes a library minutes.
import { defineBenchmark } from '../src/types.ts';

/** The model that uses the npm library, by our model that does the same. */
export const libraryPairs: Readonly<Record<string, string>> = {
  'logistic-regression': 'logistic-regression-mljs',
  svm: 'svm-libsvm',
  'random-forest': 'random-forest-mljs',
  knn: 'knn-mljs',
};

/** Differences that no parameter can remove, in whole sentences, by our model. */
export const unequal: Readonly<Record<string, string>> = {
  'logistic-regression':
    'ml-logistic-regression fits each class against the rest, without intercept or penalty, by gradient steps of one size; ' +
    'ours fits all classes at once, with both, by L-BFGS. The iterations are equal in number.',
  'random-forest': 'ml-random-forest draws its pixels once per tree; ours draws them at every node.',
};

export const engines = defineBenchmark({
  id: 'engines',
  summary: 'each engine compared with an npm library: 2,000 images to fit, 1,000 to test, equal parameters',
  dataset: 'fashion-mnist',
  models: [
    'logistic-regression',
    'logistic-regression-mljs',
    'svm',
    'svm-libsvm',
    'random-forest',
    'random-forest-mljs',
    'knn',
    'knn-mljs',
  ],
  validation: 0,
  limit: 2000,
  testLimit: 1000,
  // Both models of a pair do the same work, as far as parameters can make them.
  params: {
    'logistic-regression': { maxIterations: 100 },
    'logistic-regression-mljs': { iterations: 100 },
    'random-forest': { trees: 5, criterion: 'gini', bootstrap: false },
    'random-forest-mljs': { trees: 5, maxFeatures: 28 },
  },
  latencyBatches: [],
});
