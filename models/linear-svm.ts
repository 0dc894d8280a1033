// A linear SVM on the pixels, one against the rest.

import { checkFitted } from '../src/base/check-fitted.ts';
import { mostProbable } from '../src/base/most-probable.ts';
import { tensorflow } from '../src/engine/runtime/tensorflow.ts';
import { checkLinearOptions, linearScores } from '../src/solvers/linear-model.ts';
import { fitLinearSvm, type LinearSvmModel } from '../src/solvers/linear-svm.ts';
import { weightMaps } from '../src/solvers/pixel-map.ts';
import { defineModel } from '../src/types.ts';

export const linearSvm = defineModel({
  id: 'linear-svm',
  family: 'svm',
  kind: 'traditional',
  engine: 'tensorflow',
  summary: 'one hyperplane per class against the rest, squared hinge loss, L2 penalty, truncated Newton',
  source: 'Fan, R.-E. et al. (2008). LIBLINEAR: a library for large linear classification. JMLR 9.',
  params: { C: 0.01, maxIterations: 50, tolerance: 1e-4 },
  needsTensorflow: true,
  needsPixels: true,
  create({ params, classNames, shape, signal, progress }) {
    const { C, maxIterations, tolerance } = params;
    checkLinearOptions({ cost: C, maxIterations, tolerance });
    let model: LinearSvmModel | undefined;
    return {
      async fit({ pixels, labels }) {
        model = await fitLinearSvm(await tensorflow(), pixels, labels, {
          classCount: classNames.length,
          cost: C,
          maxIterations,
          tolerance,
          signal,
          onIteration: (done, objective) =>
            progress({
              done,
              total: maxIterations,
              unit: 'iteration',
              detail: `objective ${objective.toPrecision(6)}`,
            }),
        });
        const { iterations, products, converged, stop, gradientShare, objective } = model;
        return {
          parameterCount: model.weights.length + model.intercepts.length,
          pixelMaps: weightMaps(model.weights, classNames, shape),
          notes: { iterations, products, converged, stop, gradientShare, objective },
        };
      },
      async predict({ pixels }) {
        checkFitted(model, 'predict');
        return { labels: mostProbable(await linearScores(await tensorflow(), model, pixels), classNames.length) };
      },
      async save() {
        checkFitted(model, 'save');
        return model;
      },
      async load(saved) {
        model = saved as LinearSvmModel;
      },
    };
  },
});
