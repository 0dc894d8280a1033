// Nearest class mean, the simplest classifier that uses pixels. It has no probabilities.
import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError } from '../src/base/errors.ts';
import { mostProbable } from '../src/base/most-probable.ts';
import { classMoments } from '../src/solvers/class-moments.ts';
import { defineModel } from '../src/types.ts';

interface Centroids {
  /** pixels x classes, in units of one byte. */
  readonly centroids: Float64Array;
  /** Half the squared norm of each centroid; Infinity for a class without images, which is never the nearest. */
  readonly halfSquares: Float64Array;
}

export const nearestCentroid = defineModel({
  id: 'nearest-centroid',
  family: 'nearest-centroid',
  kind: 'traditional',
  engine: 'typed arrays',
  summary: 'predicts the class with the nearest mean image (L2)',
  source: 'Hastie, T., Tibshirani, R. and Friedman, J. (2009). The Elements of Statistical Learning, section 13.2.',
  params: {},
  create({ classNames }) {
    const classCount = classNames.length;
    let model: Centroids | undefined;
    return {
      async fit({ bytes, labels, count }) {
        if (count === 0) throw new UserError('invalid training images: 0; nearest-centroid needs at least 1');
        const size = bytes.length / count;
        const { counts, sums } = classMoments(bytes, labels, classCount);
        const centroids = new Float64Array(sums.length);
        const halfSquares = new Float64Array(classCount);
        for (let k = 0; k < classCount; k++) {
          const classSize = counts[k]!;
          halfSquares[k] = classSize > 0 ? 0 : Infinity;
          for (let p = 0; p < size && classSize > 0; p++) {
            const mean = sums[k * size + p]! / classSize;
            centroids[p * classCount + k] = mean;
            halfSquares[k]! += (mean * mean) / 2;
          }
        }
        model = { centroids, halfSquares };
        return { parameterCount: centroids.length };
      },
      async predict({ bytes, count }) {
        checkFitted(model, 'predict');
        const { centroids, halfSquares } = model;
        const size = centroids.length / classCount;
        const closeness = new Float64Array(count * classCount);
        const products = new Float64Array(classCount);
        for (let i = 0; i < count; i++) {
          products.fill(0);
          for (let p = 0; p < size; p++) {
            const byte = bytes[i * size + p]!;
            // Half of the pixels are black.
            if (byte === 0) continue;
            for (let k = 0; k < classCount; k++) products[k]! += byte * centroids[p * classCount + k]!;
          }
          // |a - b|² = |a|² - 2 (a·b - |b|²/2), and |a|² is the same for all classes.
          for (let k = 0; k < classCount; k++) closeness[i * classCount + k] = products[k]! - halfSquares[k]!;
        }
        return { labels: mostProbable(closeness, classCount) };
      },
      async save() {
        checkFitted(model, 'save');
        return model;
      },
      async load(saved) {
        model = saved as Centroids;
      },
    };
  },
});
