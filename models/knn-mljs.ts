// k nearest neighbours by ml-knn. Its k-d tree visits nearly every image in 784 dimensions.

import { setImmediate as nextTurn } from 'node:timers/promises';
import KNN from 'ml-knn';
import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError } from '../src/base/errors.ts';
import { checkTrainingImages, toRows } from '../src/solvers/library-input.ts';
import { defineModel } from '../src/types.ts';

/** The library blocks the thread: an abort is noticed between two predictions, not during the fit. */
export const knnMljs = defineModel({
  id: 'knn-mljs',
  family: 'knn',
  kind: 'traditional',
  engine: 'ml-knn',
  summary: 'the 5 nearest training images vote, found by the k-d tree of ml-knn',
  source: 'https://github.com/mljs/knn',
  needsPixels: true,
  params: { k: 5 },
  // Measured on two cores: 122 ms per query among 10,000 images, proportional to both numbers.
  estimateSeconds: ({ train, test }) => 1.22e-5 * train * test,
  create({ params: { k }, signal, progress }) {
    if (!Number.isInteger(k) || k < 1) throw new UserError(`invalid k: ${k}; a whole number of at least 1`);
    let model: KNN | undefined;
    return {
      async fit(train) {
        if (train.count < k) throw new UserError(`invalid k: ${k}; at most the ${train.count} training images`);
        checkTrainingImages('knn-mljs', train);
        model = new KNN(toRows(train), Array.from(train.labels), { k });
        return undefined;
      },
      async predict(images) {
        checkFitted(model, 'predict');
        const labels = new Uint8Array(images.count);
        for (const [i, row] of toRows(images).entries()) {
          labels[i] = model.predict(row);
          progress({ done: i + 1, total: images.count, unit: 'image' });
          await nextTurn();
          signal.throwIfAborted();
        }
        return { labels };
      },
      async save() {
        checkFitted(model, 'save');
        return JSON.stringify(model);
      },
      async load(saved) {
        model = KNN.load(JSON.parse(saved as string));
      },
    };
  },
});
