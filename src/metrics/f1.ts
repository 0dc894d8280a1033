// F1: the harmonic mean of precision and recall.
import { macroAverage, weightedAverage } from './average.ts';
import { predictedOf, supportOf } from './confusion.ts';

/**
 * Computes F1 of each class as 2 x right / (support + predicted), which is defined where precision or recall is not.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns one value for each class, 0 to 1: 0 for a class that occurs or is predicted but is never right; null for a class
 *   that neither occurs nor is predicted
 */
export function f1(confusion: readonly (readonly number[])[]): (number | null)[] {
  const predicted = predictedOf(confusion);
  return supportOf(confusion).map((support, label) => {
    const seen = support + predicted[label]!;
    return seen === 0 ? null : (2 * confusion[label]![label]!) / seen;
  });
}

/**
 * Averages F1 over the classes that occur or were predicted, unweighted.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function macroF1(confusion: readonly (readonly number[])[]): number | null {
  return macroAverage(f1(confusion));
}

/**
 * Averages F1 over the classes, weighted by their support.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function weightedF1(confusion: readonly (readonly number[])[]): number | null {
  return weightedAverage(f1(confusion), supportOf(confusion));
}
