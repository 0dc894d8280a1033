// Gradient-boosted trees with splits by byte histograms.

import { checkFitted } from '../src/base/check-fitted.ts';
import { mostProbable } from '../src/base/most-probable.ts';
import {
  type BoostedModel,
  boost,
  boostedProbabilities,
  checkBoostingOptions,
  countBoostedNodes,
} from '../src/solvers/boosting/boosting.ts';
import { defineModel } from '../src/types.ts';

export const gradientBoosting = defineModel({
  id: 'gradient-boosting',
  family: 'gradient-boosting',
  kind: 'traditional',
  engine: 'histogram boosting',
  summary: 'boosted trees of 31 leaves, one per class and round, each on a share of the pixels and images',
  source:
    'Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29.',
  params: {
    rounds: 200,
    learningRate: 0.1,
    maxLeaves: 31,
    /** Smallest sum of p (1 - p) in a leaf. */
    minLeafWeight: 1,
    l2: 1,
    /** Share of the pixels that a tree may use. */
    featureShare: 0.1,
    /** Share of the images that a tree is grown from; those with large errors are preferred. */
    rowShare: 0.2,
    /** Histogram bins per pixel; 256 separates all bytes. */
    bins: 256,
    /** Number of rounds without a better validation loss after which to stop; 0 never stops. */
    patience: 0,
  },
  create({ params, seed, threads, signal, classNames, progress, epoch, evaluating }) {
    checkBoostingOptions(params);
    let model: BoostedModel | undefined;
    return {
      async fit(train, validation) {
        model = await boost(train, validation, classNames.length, params, {
          seed,
          threads,
          signal,
          evaluating,
          onRound: ({ round, loss, validationLoss, validationAccuracy }) => {
            progress({ done: round, total: params.rounds, unit: 'round', detail: `loss ${loss.toFixed(4)}` });
            epoch({ epoch: round, loss, accuracy: null, validationLoss, validationAccuracy });
          },
        });
        return {
          parameterCount: countBoostedNodes(model),
          notes: { rounds: model.rounds.length, trainLoss: model.loss },
        };
      },
      async predict(images) {
        checkFitted(model, 'predict');
        const probabilities = await boostedProbabilities(model, images, signal);
        return { labels: mostProbable(probabilities, classNames.length), probabilities };
      },
      async save() {
        checkFitted(model, 'save');
        return model;
      },
      async load(saved) {
        model = saved as BoostedModel;
      },
    };
  },
});
