// The kernel SVM on the pixels: the same classifier as libsvm, fitted in seconds where libsvm takes minutes.

import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError, unknownName } from '../src/base/errors.ts';
import { tensorflow } from '../src/engine/runtime/tensorflow.ts';
import { KERNELS, scaleGamma } from '../src/solvers/svm/kernel.ts';
import { predictSvc } from '../src/solvers/svm/predict-svc.ts';
import { fitSvc } from '../src/solvers/svm/svc.ts';
import type { SvcModel } from '../src/solvers/svm/svc-model.ts';
import { defineModel } from '../src/types.ts';

export const svm = defineModel({
  id: 'svm',
  family: 'svm',
  kind: 'traditional',
  engine: 'tensorflow, SMO in workers',
  summary: 'C-SVC with an RBF kernel, C = 10, one against one: the same classifier as libsvm',
  source: 'Chang and Lin (2011), LIBSVM; Fan, Chen and Lin (2005), JMLR 6; settings of Xiao et al. (2017), Table 3',
  params: {
    C: 10,
    /** rbf, poly or linear. */
    kernel: 'rbf',
    /** A number above 0, or 'scale': 1 / (pixels of an image x variance of all pixels). */
    gamma: 'scale',
    /** Parameter of the poly kernel. */
    degree: 3,
    /** Parameter of the poly kernel. */
    coef0: 0,
    /** Largest accepted violation of the optimality conditions. */
    tolerance: 1e-3,
    /** 'none', or 'balanced': C times images / (classes x images of the class). */
    classWeight: 'none',
    /**
     * Whether to fit probabilities (Platt's, coupled) by five more fits of each pair. The prediction is then the most
     * probable class, as in libsvm with `-b 1`, which may differ from the class with the most votes.
     */
    probability: false as boolean,
    /** Megabytes of kernel rows that each of the `threads` + 1 pairs in progress may keep; less is slower. */
    cacheMegabytes: 1000,
  },
  needsTensorflow: true,
  needsPixels: true,
  create({ params, seed, classNames, signal, threads, progress }) {
    const { C, gamma, degree, coef0, tolerance, classWeight, probability, cacheMegabytes } = params;
    const name = checkParams(params);
    let model: SvcModel | undefined;
    return {
      async fit({ count, pixels, labels }) {
        const width = pixels.length / Math.max(1, count);
        const kernel = {
          name,
          gamma: gamma === 'scale' ? scaleGamma(pixels, width) : Number(gamma),
          degree,
          coef0,
        };
        model = await fitSvc(await tensorflow(), pixels, labels, {
          kernel,
          cost: C,
          tolerance,
          threads,
          signal,
          cacheMegabytes,
          ...(probability ? { probabilitySeed: seed } : {}),
          ...(classWeight === 'balanced' ? { classWeights: balance(labels, classNames.length) } : {}),
          onPair: (done, total) => progress({ done, total, unit: 'pair of classes' }),
        });
        const { pairs, support, coefficients } = model;
        return {
          parameterCount: coefficients.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0) + pairs.length,
          notes: {
            supportVectors: support.length,
            gamma: kernel.gamma,
            objective: pairs.reduce((sum, { objective }) => sum + objective, 0),
            iterations: pairs.reduce((sum, { iterations }) => sum + iterations, 0),
          },
        };
      },
      async predict({ pixels }) {
        checkFitted(model, 'predict');
        const { labels, probabilities } = await predictSvc(await tensorflow(), model, pixels, signal);
        if (!probabilities) return { labels };
        return { labels, probabilities: spread(probabilities, model.classes, classNames.length) };
      },
      async save() {
        checkFitted(model, 'save');
        return model;
      },
      async load(saved) {
        model = saved as SvcModel;
      },
    };
  },
});

function checkParams(params: {
  kernel: string;
  C: number;
  gamma: string;
  classWeight: string;
  cacheMegabytes: number;
}) {
  const { C, gamma, classWeight, cacheMegabytes } = params;
  const name = KERNELS.find((kernel) => kernel === params.kernel);
  if (!name) throw unknownName('kernel', params.kernel, KERNELS);
  if (!(C > 0)) throw new UserError(`invalid C: ${C}; a number above 0`);
  if (gamma !== 'scale' && !(Number(gamma) > 0)) {
    throw new UserError(`invalid gamma: ${gamma}; a number above 0 or scale`);
  }
  if (classWeight !== 'none' && classWeight !== 'balanced') {
    throw unknownName('classWeight', classWeight, ['none', 'balanced']);
  }
  if (!(cacheMegabytes >= 0)) {
    throw new UserError(`invalid cacheMegabytes: ${cacheMegabytes}; a number of at least 0`);
  }
  return name;
}

// Classes that do not occur in the training images have probability 0.
function spread(probabilities: Float32Array, classes: readonly number[], classCount: number): Float32Array {
  const spread = new Float32Array((probabilities.length / classes.length) * classCount);
  probabilities.forEach((probability, at) => {
    spread[Math.floor(at / classes.length) * classCount + classes[at % classes.length]!] = probability;
  });
  return spread;
}

// Computes scikit-learn's class_weight='balanced' for the classes that occur.
function balance(labels: Uint8Array, classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const label of labels) counts[label]!++;
  const occurring = counts.filter((images) => images > 0).length;
  return counts.map((images) => (images > 0 ? labels.length / (occurring * images) : 1));
}
