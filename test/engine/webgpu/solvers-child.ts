// Child process of solvers.test.ts: fits the classical models that compute on the device, on the CPU and on WebGPU, and
// prints both results.

import { mostProbable } from '../../../src/base/most-probable.ts';
import { deviceIdle } from '../../../src/engine/runtime/idle.ts';
import { tensorflow } from '../../../src/engine/runtime/tensorflow.ts';
import { linearScores } from '../../../src/solvers/linear-model.ts';
import { fitLinearSvm } from '../../../src/solvers/linear-svm.ts';
import { fitLogisticRegression, predictLogisticRegression } from '../../../src/solvers/logistic-regression.ts';
import { nearestNeighbours } from '../../../src/solvers/nearest-neighbours.ts';
import { type Kernel, scaleGamma } from '../../../src/solvers/svm/kernel.ts';
import { predictSvc } from '../../../src/solvers/svm/predict-svc.ts';
import { fitSvc } from '../../../src/solvers/svm/svc.ts';
import { stripes } from '../small-images.ts';

/** Result of one solver on one device. */
export interface Answer {
  /** Numbers of the fitted model, or distances. */
  readonly numbers: readonly number[];
  /** Class indices, or positions of neighbours. */
  readonly labels: readonly number[];
  /** Why the fit ended. */
  readonly stop?: string;
  readonly iterations?: number;
}

/** What the child prints, by solver. */
export type SolversReport = Readonly<Record<string, { readonly cpu: Answer; readonly webgpu: Answer }>>;

const CLASSES = 3;
const tf = await tensorflow();
const train = stripes(60);
const test = stripes(30, 2);
const rbf: Kernel = { name: 'rbf', gamma: scaleGamma(train.pixels, 64), degree: 3, coef0: 0 };

const svc = async (kernel: Kernel, probabilitySeed?: number): Promise<Answer> => {
  const options = { kernel, cost: 1, tolerance: 1e-3, threads: 1, cacheMegabytes: 10 };
  const seed = probabilitySeed === undefined ? {} : { probabilitySeed };
  const model = await fitSvc(tf, train.pixels, train.labels, { ...options, ...seed });
  const { labels, decisions, probabilities } = await predictSvc(tf, model, test.pixels);
  return { numbers: [...(probabilities ?? decisions)], labels: [...labels] };
};
const neighbours = async (metric: 'l2' | 'cosine'): Promise<Answer> => {
  const { indices, distances } = await nearestNeighbours(train, test, { k: 5, metric });
  return { numbers: [...distances], labels: [...indices] };
};

const SOLVERS: Record<string, () => Promise<Answer>> = {
  async 'linear SVM'() {
    const options = { classCount: CLASSES, cost: 1, maxIterations: 50, tolerance: 1e-4 };
    const model = await fitLinearSvm(tf, train.pixels, train.labels, options);
    const labels = mostProbable(await linearScores(tf, model, test.pixels), CLASSES);
    const { stop, iterations, weights, intercepts } = model;
    return { numbers: [...weights, ...intercepts], labels: [...labels], stop, iterations };
  },
  async 'logistic regression'() {
    const options = { classCount: CLASSES, cost: 1, maxIterations: 200, tolerance: 1e-4 };
    const model = await fitLogisticRegression(tf, train.pixels, train.labels, options);
    const labels = mostProbable(await predictLogisticRegression(tf, model, test.pixels), CLASSES);
    const { stop, iterations, weights, intercepts } = model;
    return { numbers: [...weights, ...intercepts], labels: [...labels], stop, iterations };
  },
  'kernel SVM': () => svc(rbf),
  'kernel SVM, probabilities': () => svc(rbf, 1),
  'kernel SVM, poly': () => svc({ ...rbf, name: 'poly', coef0: 1 }),
  'nearest neighbours, L2': () => neighbours('l2'),
  'nearest neighbours, cosine': () => neighbours('cosine'),
};

const report: Record<string, { cpu: Answer; webgpu: Answer }> = {};
for (const [name, solve] of Object.entries(SOLVERS)) {
  await tf.setBackend('cpu');
  const cpu = await solve();
  await tf.setBackend('webgpu');
  report[name] = { cpu, webgpu: await solve() };
}
await deviceIdle();
console.log(JSON.stringify(report satisfies SolversReport));
