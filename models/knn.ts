// Exact k nearest neighbours by TensorFlow's matrix product.
import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError, unknownName } from '../src/base/errors.ts';
import { mostProbable } from '../src/base/most-probable.ts';
import { DISTANCE_METRICS, type DistanceMetric } from '../src/solvers/distance.ts';
import { nearestNeighbours } from '../src/solvers/nearest-neighbours.ts';
import { voteShares, WEIGHTS, type Weights } from '../src/solvers/vote-shares.ts';
import { defineModel, type LabelledImages } from '../src/types.ts';

type References = Pick<LabelledImages, 'count' | 'bytes' | 'labels'>;

export const knn = defineModel({
  id: 'knn',
  family: 'knn',
  kind: 'traditional',
  engine: 'tensorflow',
  summary: 'the 5 nearest training images vote; all pairs are compared, ties go to the lowest label',
  source: 'Cover, T. and Hart, P. (1967). Nearest neighbor pattern classification. IEEE Trans. Inf. Theory 13(1).',
  needsTensorflow: true,
  params: {
    k: 5,
    /** 'uniform' or 'distance': each vote counts 1, or 1 / distance. */
    weights: 'uniform',
    /** 'l2', 'l1' or 'cosine'. */
    metric: 'l2',
  },
  create({ params, classNames, threads, signal, progress }) {
    const { k } = params;
    const weights = params.weights as Weights;
    const metric = params.metric as DistanceMetric;
    if (!Number.isInteger(k) || k < 1) throw new UserError(`invalid k: ${k}; a whole number of at least 1`);
    if (!WEIGHTS.includes(weights)) throw unknownName('weights', weights, WEIGHTS);
    if (!DISTANCE_METRICS.includes(metric)) throw unknownName('metric', metric, DISTANCE_METRICS);
    let references: References | undefined;
    return {
      async fit(train) {
        if (train.count < k) throw new UserError(`invalid k: ${k}; at most the ${train.count} training images`);
        references = train;
        return undefined;
      },
      async predict(images) {
        checkFitted(references, 'predict');
        const neighbours = await nearestNeighbours(references, images, {
          k,
          metric,
          threads,
          signal,
          progress: (done, total) => progress({ done, total, unit: 'block' }),
        });
        const probabilities = voteShares(neighbours, references.labels, k, classNames.length, weights);
        return { labels: mostProbable(probabilities, classNames.length), probabilities };
      },
      async save() {
        checkFitted(references, 'save');
        const { count, bytes, labels } = references;
        return { count, bytes, labels };
      },
      async load(saved) {
        references = saved as References;
      },
    };
  },
});
