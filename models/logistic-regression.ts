// Multinomial logistic regression on the pixels.

import { checkFitted } from '../src/base/check-fitted.ts';
import { mostProbable } from '../src/base/most-probable.ts';
import { tensorflow } from '../src/engine/runtime/tensorflow.ts';
import { checkLinearOptions } from '../src/solvers/linear-model.ts';
import {
  fitLogisticRegression,
  type LogisticRegressionModel,
  predictLogisticRegression,
} from '../src/solvers/logistic-regression.ts';
import { weightMaps } from '../src/solvers/pixel-map.ts';
import { defineModel } from '../src/types.ts';

export const logisticRegression = defineModel({
  id: 'logistic-regression',
  family: 'logistic-regression',
  kind: 'traditional',
  engine: 'tensorflow',
  summary: 'softmax on 784 pixels, L2 penalty, full-batch L-BFGS',
  source: 'Liu and Nocedal (1989), Mathematical Programming 45; defaults of scikit-learn, LogisticRegression',
  params: { C: 1, maxIterations: 100, tolerance: 1e-4 },
  needsTensorflow: true,
  needsPixels: true,
  create({ params, classNames, shape, signal, progress }) {
    const { C, maxIterations, tolerance } = params;
    checkLinearOptions({ cost: C, maxIterations, tolerance });
    let model: LogisticRegressionModel | undefined;
    return {
      async fit({ pixels, labels }) {
        model = await fitLogisticRegression(await tensorflow(), pixels, labels, {
          classCount: classNames.length,
          cost: C,
          maxIterations,
          tolerance,
          signal,
          onIteration: (done, loss) =>
            progress({ done, total: maxIterations, unit: 'iteration', detail: `loss ${loss.toFixed(4)}` }),
        });
        const { iterations, converged, stop, gradientNorm, loss } = model;
        return {
          parameterCount: model.weights.length + model.intercepts.length,
          pixelMaps: weightMaps(model.weights, classNames, shape),
          notes: { iterations, converged, stop, gradientNorm, loss },
        };
      },
      async predict({ pixels }) {
        checkFitted(model, 'predict');
        const probabilities = await predictLogisticRegression(await tensorflow(), model, pixels);
        return { labels: mostProbable(probabilities, classNames.length), probabilities };
      },
      async save() {
        checkFitted(model, 'save');
        return model;
      },
      async load(saved) {
        model = saved as LogisticRegressionModel;
      },
    };
  },
});
