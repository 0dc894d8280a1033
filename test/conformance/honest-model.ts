// A softmax regression in plain TypeScript, the honest model that every cheating model of the tests is made from.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkFitted } from '../../src/base/check-fitted.ts';
import { mostProbable } from '../../src/base/most-probable.ts';
import { createRandom, shuffle } from '../../src/base/random.ts';
import type {
  FitContext,
  Images,
  LabelledImages,
  ModelAdapter,
  Prediction,
  UniformClassifier,
} from '../../src/types.ts';

const LEARNING_RATE = 0.01;

/** What training needs of labelled images. */
export type TrainingImages = Pick<LabelledImages, 'count' | 'bytes' | 'labels'>;

/** classes x (pixels + 1), row-major; the last value of a row is the intercept. */
export type Weights = Float64Array;

/** One pass over the images by stochastic gradient descent. It changes the weights. */
export function trainEpoch(
  weights: Weights,
  { bytes, labels }: TrainingImages,
  classCount: number,
  order: Uint32Array,
): void {
  const size = weights.length / classCount - 1;
  const probabilities = new Float64Array(classCount);
  for (const image of order) {
    scores(weights, bytes, image, size, probabilities);
    for (let label = 0; label < classCount; label++) {
      const row = label * (size + 1);
      const step = LEARNING_RATE * (probabilities[label]! - (labels[image] === label ? 1 : 0));
      for (let p = 0; p < size; p++) weights[row + p]! -= (step * bytes[image * size + p]!) / 255;
      weights[row + size]! -= step;
    }
  }
}

/** Trains for all epochs at once, without callbacks. */
export function trainAll(train: TrainingImages, classCount: number, seed: number, epochs: number): Weights {
  const weights = new Float64Array(classCount * (train.bytes.length / train.count + 1));
  const random = createRandom(seed);
  const order = Uint32Array.from(train.labels.keys());
  for (let epoch = 0; epoch < epochs; epoch++) trainEpoch(weights, train, classCount, shuffle(order, random));
  return weights;
}

/** Predicts with weights. */
export function predictWith(
  weights: Weights,
  { bytes, count }: Pick<Images, 'bytes' | 'count'>,
  classCount: number,
): Prediction {
  const size = weights.length / classCount - 1;
  const probabilities = new Float32Array(count * classCount);
  const row = new Float64Array(classCount);
  for (let image = 0; image < count; image++) {
    scores(weights, bytes, image, size, row);
    probabilities.set(row, image * classCount);
  }
  return { labels: mostProbable(probabilities, classCount), probabilities };
}

/** Writes the probabilities of one image. */
function scores(weights: Weights, bytes: Uint8Array, image: number, size: number, probabilities: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let label = 0; label < probabilities.length; label++) {
    const row = label * (size + 1);
    let sum = weights[row + size]!;
    for (let p = 0; p < size; p++) sum += (weights[row + p]! * bytes[image * size + p]!) / 255;
    probabilities[label] = sum;
    highest = Math.max(highest, sum);
  }
  let total = 0;
  for (const [label, score] of probabilities.entries()) total += probabilities[label] = Math.exp(score - highest);
  for (const [label, value] of probabilities.entries()) probabilities[label] = value / total;
}

/** A classifier whose weights can be read and replaced. */
export interface HonestClassifier extends UniformClassifier {
  weights: Weights | undefined;
}

/** Creates an honest classifier, with a learning curve and a checkpoint after every epoch. */
export function createHonest(context: FitContext): HonestClassifier {
  const classCount = context.classNames.length;
  const epochs = context.params['epochs'] as number;
  const classifier: HonestClassifier = {
    weights: undefined,
    async fit(train, validation) {
      const weights = new Float64Array(classCount * (train.bytes.length / train.count + 1));
      const random = createRandom(context.seed);
      const order = Uint32Array.from(train.labels.keys());
      for (let epoch = 1; epoch <= epochs; epoch++) {
        await nextTurn();
        context.signal.throwIfAborted();
        trainEpoch(weights, train, classCount, shuffle(order, random));
        context.progress({ done: epoch, total: epochs, unit: 'epoch' });
        const validationAccuracy =
          validation.count === 0
            ? null
            : await context.evaluating(async () =>
                accuracyOf(predictWith(weights, validation, classCount), validation),
              );
        context.epoch({ epoch, loss: null, accuracy: null, validationLoss: null, validationAccuracy });
        await context.checkpoint?.save(() => ({ epoch, weights }));
      }
      classifier.weights = weights;
      return { parameterCount: weights.length };
    },
    async predict(images) {
      checkFitted(classifier.weights, 'predict');
      return predictWith(classifier.weights, images, classCount);
    },
    async save() {
      checkFitted(classifier.weights, 'save');
      return classifier.weights;
    },
    async load(saved) {
      classifier.weights = saved as Weights;
    },
  };
  return classifier;
}

const accuracyOf = ({ labels }: Prediction, images: LabelledImages): number =>
  labels.filter((label, i) => label === images.labels[i]).length / images.count;

/** The honest model. It passes all checks. */
export const honest: ModelAdapter = {
  id: 'honest',
  family: 'softmax-regression',
  kind: 'traditional',
  engine: 'typed arrays',
  summary: 'softmax regression by stochastic gradient descent',
  params: { epochs: 4 },
  create: createHonest,
};
