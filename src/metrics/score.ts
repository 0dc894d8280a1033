// The metrics, as data, and the scores of one fit made from them. To add one: a file, and an entry in this list.
import type { Metrics, PartScore } from '../results/schema.ts';
import type { Prediction } from '../types.ts';
import { accuracy } from './accuracy.ts';
import { balancedAccuracy } from './balanced-accuracy.ts';
import { calibrationError } from './calibration-error.ts';
import { confusionMatrix, supportOf } from './confusion.ts';
import { f1, macroF1, weightedF1 } from './f1.ts';
import { logLoss } from './log-loss.ts';
import { precision } from './precision.ts';
import { recall } from './recall.ts';

export { checkPrediction } from './check-prediction.ts';

/** The single numbers of a record's `metrics`. */
export type MetricId = Exclude<keyof Metrics, 'perClass' | 'confusion' | 'train' | 'validation'>;

/** A prediction beside the truth, with what all metrics share counted once. */
export interface Outcome {
  /** n class indices. */
  readonly truth: Uint8Array;
  readonly prediction: Prediction;
  readonly classCount: number;
  /** Rows are the truth, columns the prediction. */
  readonly confusion: readonly (readonly number[])[];
}

/** One way to judge a prediction by a single number. */
export interface Metric {
  /** The key in a record's `metrics`. */
  readonly id: MetricId;
  /** In words, lower case. */
  readonly name: string;
  /** A fraction lies in [0, 1]; nats do not end. */
  readonly unit: 'fraction' | 'nats';
  /** Which way is better. */
  readonly direction: 'higher' | 'lower';
  /** Computes the number; null when there are no images, or no probabilities where they are needed. */
  compute(outcome: Outcome): number | null;
}

/** Every metric that is a single number, the most telling first. */
export const metrics: readonly Metric[] = [
  {
    id: 'accuracy',
    name: 'accuracy',
    unit: 'fraction',
    direction: 'higher',
    compute: ({ confusion }) => accuracy(confusion),
  },
  {
    id: 'balancedAccuracy',
    name: 'balanced accuracy',
    unit: 'fraction',
    direction: 'higher',
    compute: ({ confusion }) => balancedAccuracy(confusion),
  },
  {
    id: 'macroF1',
    name: 'macro F1',
    unit: 'fraction',
    direction: 'higher',
    compute: ({ confusion }) => macroF1(confusion),
  },
  {
    id: 'weightedF1',
    name: 'weighted F1',
    unit: 'fraction',
    direction: 'higher',
    compute: ({ confusion }) => weightedF1(confusion),
  },
  {
    id: 'logLoss',
    name: 'log loss',
    unit: 'nats',
    direction: 'lower',
    compute: ({ truth, prediction, classCount }) =>
      prediction.probabilities ? logLoss(truth, prediction.probabilities, classCount) : null,
  },
  {
    id: 'calibrationError',
    name: 'calibration error',
    unit: 'fraction',
    direction: 'lower',
    compute: ({ truth, prediction, classCount }) => calibrationError(truth, prediction, classCount),
  },
];

/**
 * Computes what a record says of the test images.
 *
 * @param truth n class indices, n at least 1
 * @param prediction of the same images, already checked by `checkPrediction`
 * @param classCount number of classes
 * @throws Error when there are no images: then nothing can be said
 */
export function score(
  truth: Uint8Array,
  prediction: Prediction,
  classCount: number,
): Omit<Metrics, 'train' | 'validation'> {
  if (truth.length === 0) throw new Error('cannot score an empty test set');
  const confusion = confusionMatrix(truth, prediction.labels, classCount);
  const outcome = { truth, prediction, classCount, confusion };
  // With an image at least, none of the metrics that the record requires is null.
  const numbers = Object.fromEntries(metrics.map((metric) => [metric.id, metric.compute(outcome)])) as Pick<
    Metrics,
    MetricId
  >;
  const precisions = precision(confusion);
  const recalls = recall(confusion);
  const f1s = f1(confusion);
  const perClass = supportOf(confusion).map((support, label) => ({
    label,
    precision: precisions[label]!,
    recall: recalls[label]!,
    f1: f1s[label]!,
    support,
  }));
  return { ...numbers, perClass, confusion };
}

/**
 * Computes accuracy and mean log loss on a part of the data that is not the test set.
 *
 * @param truth n class indices, n may be 0
 * @param prediction of the same images, already checked by `checkPrediction`
 * @param classCount number of classes
 * @returns nulls where there are no images, a null loss where there are no probabilities
 */
export function partScore(truth: Uint8Array, prediction: Prediction, classCount: number): PartScore {
  return {
    accuracy: accuracy(confusionMatrix(truth, prediction.labels, classCount)),
    loss: prediction.probabilities ? logLoss(truth, prediction.probabilities, classCount) : null,
    images: truth.length,
  };
}
