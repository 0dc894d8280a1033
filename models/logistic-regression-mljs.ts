// Logistic regression by ml-logistic-regression: one against the rest, full-batch gradient descent, no intercept.

import LogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import { checkFitted } from '../src/base/check-fitted.ts';
import { UserError } from '../src/base/errors.ts';
import { checkTrainingImages, toDenseLabels, toRows } from '../src/solvers/library-input.ts';
import { defineModel } from '../src/types.ts';

/** The library blocks the thread: an abort takes effect only when the process is killed. */
export const logisticRegressionMljs = defineModel({
  id: 'logistic-regression-mljs',
  family: 'logistic-regression',
  kind: 'traditional',
  engine: 'ml-logistic-regression',
  summary: 'one against the rest, 100 iterations of gradient descent by ml-logistic-regression',
  source: 'https://github.com/mljs/logistic-regression',
  needsPixels: true,
  params: {
    /** The library's default of 50,000 would take days. */
    iterations: 100,
    /** Factor of the mean gradient. The library uses the sum, so it gets this divided by the number of images. */
    learningRate: 0.05,
  },
  // Measured on two cores with ten classes: 20 iterations on 6,000 images 11 s.
  estimateSeconds: ({ train, params }) => 9.2e-5 * train * params.iterations,
  create({ params: { iterations, learningRate } }) {
    if (!Number.isInteger(iterations) || iterations < 1) {
      throw new UserError(`invalid iterations: ${iterations}; a whole number of at least 1`);
    }
    if (!(learningRate > 0)) throw new UserError(`invalid learningRate: ${learningRate}; a number above 0`);
    let model: LogisticRegression | undefined;
    let classes: readonly number[] = [];
    return {
      async fit(train) {
        checkTrainingImages('logistic-regression-mljs', train);
        const dense = toDenseLabels(train.labels);
        classes = dense.classes;
        model = new LogisticRegression({ numSteps: iterations, learningRate: learningRate / train.count });
        model.train(new Matrix(toRows(train)), Matrix.columnVector(dense.labels));
        return { parameterCount: classes.length * (train.pixels.length / train.count) };
      },
      async predict(images) {
        checkFitted(model, 'predict');
        if (images.count === 0) return { labels: new Uint8Array(0) };
        return { labels: Uint8Array.from(model.predict(new Matrix(toRows(images))), (label) => classes[label]!) };
      },
      async save() {
        checkFitted(model, 'save');
        return { classes, model: JSON.stringify(model) };
      },
      async load(saved) {
        const kept = saved as { classes: readonly number[]; model: string };
        classes = kept.classes;
        model = LogisticRegression.load(JSON.parse(kept.model));
      },
    };
  },
});
