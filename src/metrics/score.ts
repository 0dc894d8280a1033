// Scores the predictions of one fit: the values of all metrics, and precision, recall and F1 of each class.
import type { PartScore, TestScores } from '../results/schema.ts';
import type { Prediction } from '../types.ts';
import { accuracy } from './accuracy.ts';
import { confusionMatrix, supportOf } from './confusion.ts';
import { f1 } from './f1.ts';
import { imageMetrics } from './find-metric.ts';
import { logLoss } from './log-loss.ts';
import { precision } from './precision.ts';
import { recall } from './recall.ts';

export { checkPrediction } from './check-prediction.ts';

/**
 * Computes what a record stores about the predictions of the test images.
 *
 * @param truth n class indices, n at least 1
 * @param prediction of the same images, already checked by `checkPrediction`
 * @param classCount number of classes
 * @returns every metric of images under its key, null where it is not defined (NaN and infinity are not)
 * @throws Error when there are no images
 */
export function score(truth: Uint8Array, prediction: Prediction, classCount: number): TestScores {
  if (truth.length === 0) throw new Error('cannot score an empty test set');
  const confusion = confusionMatrix(truth, prediction.labels, classCount);
  const values = imageMetrics().map((metric) => {
    const value =
      metric.from === 'confusion' ? metric.compute(confusion) : metric.compute(truth, prediction, classCount);
    return [metric.key, Number.isFinite(value) ? value : null];
  });
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
  // With at least one image, none of the metrics that the schema requires is null.
  return { ...(Object.fromEntries(values) as TestScores), perClass, confusion };
}

/**
 * Computes accuracy and mean log loss on a part of the data that is not the test set.
 *
 * @param truth n class indices, n may be 0
 * @param prediction of the same images, already checked by `checkPrediction`
 * @param classCount number of classes
 * @returns an accuracy of null without images, a loss of null without images or probabilities
 */
export function partScore(truth: Uint8Array, prediction: Prediction, classCount: number): PartScore {
  return {
    accuracy: accuracy(confusionMatrix(truth, prediction.labels, classCount)),
    loss: prediction.probabilities ? logLoss(truth, prediction.probabilities, classCount) : null,
    images: truth.length,
  };
}
