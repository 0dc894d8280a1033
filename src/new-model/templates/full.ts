// my-model: predicts the class whose mean image is nearest. Replace fit, predict and the description with yours.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkFitted } from '../../base/check-fitted.ts';
import { UserError } from '../../base/errors.ts';
import { mostProbable } from '../../base/most-probable.ts';
import { defineModel } from '../../types.ts';

/** After this number of images, fit checks the signal. */
const BLOCK = 500;

export const myModel = defineModel({
  id: 'my-model',
  family: 'nearest-centroid',
  kind: 'traditional',
  engine: 'typed arrays',
  summary: 'the class with the nearest mean image; probabilities from the distances',
  needsPixels: true,
  params: {
    /** Larger values give more probability to the nearest class. */
    sharpness: 0.1,
  },
  create({ params, classNames, shape, signal, progress }) {
    const { sharpness } = params;
    if (!(sharpness > 0)) throw new UserError(`invalid sharpness: ${sharpness}; expected a number above 0`);
    const classCount = classNames.length;
    const size = shape.height * shape.width * shape.channels;
    // The fitted state: classes x size, infinite for a class without images. Each fit gets a new variable.
    let means: Float64Array | undefined;
    return {
      async fit({ pixels, labels, count }) {
        if (count === 0) throw new UserError('invalid number of training images: 0; expected at least 1');
        const sums = new Float64Array(classCount * size);
        const counts = new Float64Array(classCount);
        for (let i = 0; i < count; i++) {
          if (i % BLOCK === 0) {
            await nextTurn();
            signal.throwIfAborted();
            progress({ done: i, total: count, unit: 'image' });
          }
          const label = labels[i]!;
          counts[label]!++;
          for (let p = 0; p < size; p++) sums[label * size + p]! += pixels[i * size + p]!;
        }
        means = sums.map((sum, at) => {
          const images = counts[Math.floor(at / size)]!;
          return images > 0 ? sum / images : Number.POSITIVE_INFINITY;
        });
        return { parameterCount: means.length };
      },
      async predict({ pixels, count }) {
        checkFitted(means, 'predict');
        const probabilities = new Float32Array(count * classCount);
        const distances = new Float64Array(classCount);
        for (let i = 0; i < count; i++) {
          for (let label = 0; label < classCount; label++) {
            let distance = 0;
            for (let p = 0; p < size; p++) distance += (pixels[i * size + p]! - means[label * size + p]!) ** 2;
            distances[label] = distance;
          }
          // Relative to the smallest distance, the largest exponential is 1, so the sum is not 0.
          const least = Math.min(...distances);
          const weights = distances.map((distance) => Math.exp(-sharpness * (distance - least)));
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          for (let label = 0; label < classCount; label++) {
            probabilities[i * classCount + label] = weights[label]! / total;
          }
        }
        return { labels: mostProbable(probabilities, classCount), probabilities };
      },
      async save() {
        checkFitted(means, 'save');
        return means;
      },
      async load(saved) {
        means = saved as Float64Array;
      },
    };
  },
});
