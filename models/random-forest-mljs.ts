// A random forest by ml-random-forest. It visits all images for every candidate threshold, so its cost is quadratic.

import { RandomForestClassifier } from 'ml-random-forest';
import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError } from '../src/base/errors.ts';
import { mostProbable } from '../src/base/most-probable.ts';
import { checkTrainingImages, toDenseLabels, toRows } from '../src/solvers/library-input.ts';
import { defineModel } from '../src/types.ts';

/** The library blocks the thread: an abort takes effect only when the process is killed. */
export const randomForestMljs = defineModel({
  id: 'random-forest-mljs',
  family: 'random-forest',
  kind: 'traditional',
  engine: 'ml-random-forest',
  summary: '10 trees of ml-random-forest, each on 28 random pixels',
  source: 'https://github.com/mljs/random-forest',
  needsPixels: true,
  params: {
    trees: 10,
    /** Number of pixels drawn for each tree: the library draws once per tree, not in every node. */
    maxFeatures: 28,
  },
  // Measured on two cores with 28 pixels: 5 trees on 500 images 2.6 s, on 1,000 10.2 s, 2 trees on 2,000 17.3 s.
  estimateSeconds: ({ train, params }) => 2.1e-6 * train ** 2 * params.trees * (params.maxFeatures / 28),
  create({ params: { trees, maxFeatures }, seed, classNames, shape }) {
    const size = shape.height * shape.width * shape.channels;
    if (!Number.isInteger(trees) || trees < 1) {
      throw new UserError(`invalid trees: ${trees}; a whole number of at least 1`);
    }
    if (!Number.isInteger(maxFeatures) || maxFeatures < 1) {
      throw new UserError(`invalid maxFeatures: ${maxFeatures}; a whole number of at least 1`);
    }
    let forest: RandomForestClassifier | undefined;
    let classes: readonly number[] = [];
    return {
      async fit(train) {
        checkTrainingImages('random-forest-mljs', train);
        const dense = toDenseLabels(train.labels);
        classes = dense.classes;
        forest = new RandomForestClassifier({
          nEstimators: trees,
          // 1 would mean "all" to the library.
          maxFeatures: maxFeatures === 1 ? 1 / size : Math.min(maxFeatures, size),
          replacement: false,
          seed: seed | 0,
          noOOB: true,
        });
        forest.train(toRows(train), dense.labels);
        return undefined;
      },
      async predict(images) {
        checkFitted(forest, 'predict');
        const probabilities = new Float32Array(images.count * classNames.length);
        if (images.count === 0) return { labels: new Uint8Array(0), probabilities };
        // The library's predictProbability loses the first vote, so the votes are counted here.
        const votes = forest.predictionValues(toRows(images));
        for (let i = 0; i < images.count; i++) {
          for (const vote of votes.getRow(i)) probabilities[i * classNames.length + classes[vote]!]! += 1 / trees;
        }
        return { labels: mostProbable(probabilities, classNames.length), probabilities };
      },
      async save() {
        checkFitted(forest, 'save');
        return { classes, forest: JSON.stringify(forest) };
      },
      async load(saved) {
        const kept = saved as { classes: readonly number[]; forest: string };
        classes = kept.classes;
        forest = RandomForestClassifier.load(JSON.parse(kept.forest));
      },
    };
  },
});
