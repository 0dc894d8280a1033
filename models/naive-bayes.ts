// Gaussian naive Bayes: a normal distribution for each pixel of each class, with pixels assumed independent.
import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError } from '../src/base/errors.ts';
import { mostProbable } from '../src/base/most-probable.ts';
import { classMoments } from '../src/solvers/class-moments.ts';
import { normalizeLogRows } from '../src/solvers/normalize-log-rows.ts';
import { defineModel } from '../src/types.ts';

interface Gaussians {
  /** classes x pixels, in units of one byte, like `precisions`. */
  readonly means: Float64Array;
  /** 1 / variance. */
  readonly precisions: Float64Array;
  /** Log prior minus half the sum of log(2 pi variance), by class; -Infinity for a class without images. */
  readonly constants: Float64Array;
}

export const naiveBayes = defineModel({
  id: 'naive-bayes',
  family: 'naive-bayes',
  kind: 'traditional',
  engine: 'typed arrays',
  summary: 'a normal distribution for each pixel of each class, with pixels assumed independent',
  source: 'Zhang, H. (2004). The optimality of naive Bayes. FLAIRS.',
  params: {
    /** Added to every variance, as a share of the largest one, because constant pixels have variance 0. */
    varSmoothing: 1e-9,
  },
  create({ params: { varSmoothing }, classNames }) {
    if (!(varSmoothing > 0)) throw new UserError(`invalid varSmoothing: ${varSmoothing}; a number above 0`);
    const classCount = classNames.length;
    let model: Gaussians | undefined;
    return {
      async fit({ bytes, labels, count }) {
        if (count === 0) throw new UserError('invalid training images: 0; naive-bayes needs at least 1');
        const size = bytes.length / count;
        const { counts, sums, squares } = classMoments(bytes, labels, classCount);
        const smoothing = varSmoothing * largestVariance(sums, squares, count, size);
        const means = new Float64Array(sums.length);
        const precisions = new Float64Array(sums.length);
        const constants = new Float64Array(classCount);
        for (let k = 0; k < classCount; k++) {
          // 1 for a class without images, which its constant excludes.
          const n = counts[k]! || 1;
          constants[k] = Math.log(counts[k]! / count);
          for (let i = k * size; i < (k + 1) * size; i++) {
            means[i] = sums[i]! / n;
            const variance = varianceOf(sums[i]!, squares[i]!, n) + smoothing;
            precisions[i] = 1 / variance;
            constants[k]! -= 0.5 * Math.log(2 * Math.PI * variance);
          }
        }
        model = { means, precisions, constants };
        return { parameterCount: means.length + precisions.length + classCount };
      },
      async predict({ bytes, count }) {
        checkFitted(model, 'predict');
        const { means, precisions, constants } = model;
        const size = means.length / classCount;
        const logs = new Float64Array(count * classCount);
        for (let i = 0; i < count; i++) {
          for (let k = 0; k < classCount; k++) {
            let sum = 0;
            for (let p = 0; p < size; p++) {
              const difference = bytes[i * size + p]! - means[k * size + p]!;
              sum += difference * difference * precisions[k * size + p]!;
            }
            logs[i * classCount + k] = constants[k]! - sum / 2;
          }
        }
        return { labels: mostProbable(logs, classCount), probabilities: normalizeLogRows(logs, classCount) };
      },
      async save() {
        checkFitted(model, 'save');
        return model;
      },
      async load(saved) {
        model = saved as Gaussians;
      },
    };
  },
});

/** Returns the variance of n integers from their sum and sum of squares; the numerator is exact below 2^53. */
function varianceOf(sum: number, squares: number, n: number): number {
  return (n * squares - sum * sum) / (n * n);
}

/** Returns the largest variance of a pixel over all classes; that of a range of 1 if all pixels are constant. */
function largestVariance(sums: Float64Array, squares: Float64Array, count: number, size: number): number {
  let largest = 0;
  for (let p = 0; p < size; p++) {
    let [sum, square] = [0, 0];
    for (let i = p; i < sums.length; i += size) {
      sum += sums[i]!;
      square += squares[i]!;
    }
    largest = Math.max(largest, varianceOf(sum, square, count));
  }
  return largest || 255 ** 2;
}
