// Our models alternating with reference implementations: `npm run references`.
import { defineBenchmark } from '../src/types.ts';
import { fashionMnist } from './fashion-mnist.ts';

export const references = defineBenchmark({
  ...fashionMnist,
  id: 'references',
  summary: 'our models alternating with reference implementations in Python, on the split of the default comparison',
  models: ['svm', 'random-forest', 'knn', 'logistic-regression'],
  latencyBatches: [],
});
