// The nearest class mean: the simplest classifier that looks at the pixels at all. It has no probabilities.
import { UserError } from '../src/errors.ts';
import { mostProbable } from '../src/solvers/most-probable.ts';
import { defineModel } from '../src/types.ts';

export const nearestCentroid = defineModel({
  id: 'nearest-centroid',
  family: 'nearest-centroid',
  kind: 'traditional',
  engine: 'typed arrays',
  summary: 'the class whose mean picture is nearest (L2)',
  source: 'Hastie, T., Tibshirani, R. and Friedman, J. (2009). The Elements of Statistical Learning, section 13.2.',
  params: {},
  create({ classNames }) {
    const classCount = classNames.length;
    let centroids: Float64Array | undefined;
    return {
      async fit({ pixels, labels, count }) {
        if (count === 0) throw new UserError('invalid training images: 0; nearest-centroid needs at least 1');
        const size = pixels.length / count;
        const counts = new Float64Array(classCount);
        const sums = new Float64Array(classCount * size);
        for (const [i, label] of labels.entries()) {
          counts[label]!++;
          for (let p = 0; p < size; p++) sums[label * size + p]! += pixels[i * size + p]!;
        }
        // 0 / 0: a class without images is NaN and never the nearest.
        centroids = sums.map((sum, j) => sum / counts[Math.floor(j / size)]!);
        return { parameterCount: centroids.length };
      },
      async predict(images) {
        if (!centroids) throw new Error('nearest-centroid: predict called before fit');
        const size = centroids.length / classCount;
        const closeness = new Float64Array(images.count * classCount).fill(-Infinity);
        for (let i = 0; i < images.count; i++) {
          for (let k = 0; k < classCount; k++) {
            let sum = 0;
            for (let p = 0; p < size; p++) {
              const difference = images.pixels[i * size + p]! - centroids[k * size + p]!;
              sum += difference * difference;
            }
            if (!Number.isNaN(sum)) closeness[i * classCount + k] = -sum;
          }
        }
        return { labels: mostProbable(closeness, classCount) };
      },
    };
  },
});
