// Gaussian naive Bayes: each pixel of each class a normal distribution of its own, pixels taken as independent.
import { UserError } from '../src/errors.ts';
import { mostProbable } from '../src/solvers/most-probable.ts';
import { normalizeLogRows } from '../src/solvers/normalize-log-rows.ts';
import { defineModel } from '../src/types.ts';

interface Gaussians {
  /** classes x pixels, as are the variances. */
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** Log prior less half the sum of log(2 pi variance), by class; -Infinity for a class without images. */
  readonly constants: Float64Array;
}

export const naiveBayes = defineModel({
  id: 'naive-bayes',
  family: 'naive-bayes',
  kind: 'traditional',
  engine: 'typed arrays',
  summary: 'a normal distribution for each pixel of each class, pixels independent',
  source: 'Zhang, H. (2004). The optimality of naive Bayes. FLAIRS.',
  params: {
    /** Added to every variance, as a share of the largest one: blank pixels have none. */
    varSmoothing: 1e-9,
  },
  create({ params: { varSmoothing }, classNames }) {
    if (!(varSmoothing > 0)) throw new UserError(`invalid varSmoothing: ${varSmoothing}; a number above 0`);
    const classCount = classNames.length;
    let model: Gaussians | undefined;
    return {
      async fit({ pixels, labels, count }) {
        if (count === 0) throw new UserError('invalid training images: 0; naive-bayes needs at least 1');
        const size = pixels.length / count;
        const { counts, means, variances } = classMoments(pixels, labels, classCount);
        const overall = classMoments(pixels, new Uint8Array(count), 1).variances;
        // Without any variance, every pixel always the same, the smoothing stands alone.
        const smoothing = varSmoothing * (overall.reduce((a, b) => Math.max(a, b), 0) || 1);
        const constants = new Float64Array(classCount);
        for (let k = 0; k < classCount; k++) {
          constants[k] = Math.log(counts[k]! / count);
          for (let i = k * size; i < (k + 1) * size; i++) {
            variances[i]! += smoothing;
            constants[k]! -= 0.5 * Math.log(2 * Math.PI * variances[i]!);
          }
        }
        model = { means, variances, constants };
        return { parameterCount: means.length + variances.length + classCount };
      },
      async predict(images) {
        if (!model) throw new Error('naive-bayes: predict called before fit');
        const { means, variances, constants } = model;
        const size = means.length / classCount;
        const logs = new Float64Array(images.count * classCount);
        for (let i = 0; i < images.count; i++) {
          for (let k = 0; k < classCount; k++) {
            let sum = 0;
            for (let p = 0; p < size; p++) {
              const difference = images.pixels[i * size + p]! - means[k * size + p]!;
              sum += (difference * difference) / variances[k * size + p]!;
            }
            logs[i * classCount + k] = constants[k]! - sum / 2;
          }
        }
        return { labels: mostProbable(logs, classCount), probabilities: normalizeLogRows(logs, classCount) };
      },
    };
  },
});

/** Counts, means and variances (divided by the count) of each pixel within each class; zero for a class without images. */
function classMoments(pixels: Float32Array, labels: Uint8Array, classCount: number) {
  const size = pixels.length / labels.length;
  const counts = new Float64Array(classCount);
  const means = new Float64Array(classCount * size);
  const variances = new Float64Array(classCount * size);
  for (const [i, label] of labels.entries()) {
    counts[label]!++;
    for (let p = 0; p < size; p++) means[label * size + p]! += pixels[i * size + p]!;
  }
  for (let j = 0; j < means.length; j++) means[j]! /= Math.max(1, counts[Math.floor(j / size)]!);
  // Two passes: the mean of squares less the square of the mean loses digits.
  for (const [i, label] of labels.entries()) {
    for (let p = 0; p < size; p++) {
      const difference = pixels[i * size + p]! - means[label * size + p]!;
      variances[label * size + p]! += difference * difference;
    }
  }
  for (let j = 0; j < variances.length; j++) variances[j]! /= Math.max(1, counts[Math.floor(j / size)]!);
  return { counts, means, variances };
}
