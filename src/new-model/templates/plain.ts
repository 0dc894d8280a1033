// my-model: the class whose mean picture is nearest. A start: put a method of your own in its place.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../base/errors.ts';
import { mostProbable } from '../../base/most-probable.ts';
import { defineModel } from '../../types.ts';

/** Images between two looks at the signal. */
const BLOCK = 500;

export const myModel = defineModel({
  id: 'my-model',
  family: 'nearest-centroid',
  kind: 'traditional',
  engine: 'typed arrays',
  summary: 'the class whose mean picture is nearest, surer the nearer',
  needsPixels: true,
  params: {
    /** How fast a class loses probability with its squared distance. */
    sharpness: 0.1,
  },
  create({ params, classNames, shape, signal, progress }) {
    const { sharpness } = params;
    if (!(sharpness > 0)) throw new UserError(`invalid sharpness: ${sharpness}; a number above 0`);
    const classCount = classNames.length;
    const size = shape.height * shape.width * shape.channels;
    // What is fitted lives here, fresh for every fit: classes x size; infinitely far for a class without images.
    let means: Float64Array | undefined;
    return {
      async fit({ pixels, labels, count }) {
        if (count === 0) throw new UserError('invalid training images: 0; at least 1 is needed');
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
        if (!means) throw new Error('predict called before fit');
        const probabilities = new Float32Array(count * classCount);
        const distances = new Float64Array(classCount);
        for (let i = 0; i < count; i++) {
          for (let label = 0; label < classCount; label++) {
            let distance = 0;
            for (let p = 0; p < size; p++) distance += (pixels[i * size + p]! - means[label * size + p]!) ** 2;
            distances[label] = distance;
          }
          // Less the smallest distance, the largest exponential is 1 and their sum above 0.
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
        if (!means) throw new Error('save called before fit');
        return means;
      },
      async load(saved) {
        means = saved as Float64Array;
      },
    };
  },
});
