// Our engines beside the libraries that users know, on a subset that the libraries can do: about three minutes on two
// cores, nearly all of it the libraries'. No images are held out: a library would take minutes to score them.
import { defineBenchmark, type Params } from '../src/types.ts';

/** Each engine of ours and the model on the given library that does the same. */
export const libraryPairs: Readonly<Record<string, string>> = {
  'logistic-regression': 'logistic-regression-mljs',
  svm: 'svm-libsvm',
  'random-forest': 'random-forest-mljs',
  knn: 'knn-mljs',
};

/** What no parameter can make equal, in whole sentences, by the id of our model. */
export const unequal: Readonly<Record<string, string>> = {
  'logistic-regression':
    'ml-logistic-regression fits each class against the rest, without intercept or penalty, by gradient steps of one size; ' +
    'ours fits all classes at once, with both, by L-BFGS. The iterations are equal in number.',
  'random-forest': 'ml-random-forest draws its pixels once a tree, ours draws them at every node.',
};

/** Parameters that make both sides of a pair do the same work, by model id, as far as parameters can. */
const equalParams: Readonly<Record<string, Params>> = {
  'logistic-regression': { maxIterations: 100 },
  'logistic-regression-mljs': { iterations: 100 },
  'random-forest': { trees: 5, criterion: 'gini', bootstrap: false },
  'random-forest-mljs': { trees: 5, maxFeatures: 28 },
};

export const engines = defineBenchmark({
  id: 'engines',
  summary: 'each engine beside the given library: 2,000 images to fit, 1,000 to test, equal parameters',
  dataset: 'fashion-mnist',
  models: Object.entries(libraryPairs).flat(),
  validation: 0,
  limit: 2000,
  testLimit: 1000,
  params: equalParams,
  latencyBatches: [],
});
