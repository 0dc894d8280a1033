// Precision: the share of correct predictions among the predictions of a class.
import { macroAverage, weightedAverage } from './average.ts';
import { predictedOf, supportOf } from './confusion.ts';

/**
 * Computes the precision of each class.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns one value for each class, 0 to 1; null for a class never predicted
 */
export function precision(confusion: readonly (readonly number[])[]): (number | null)[] {
  return predictedOf(confusion).map((predicted, label) =>
    predicted === 0 ? null : confusion[label]![label]! / predicted,
  );
}

/**
 * Averages the precision over the classes that were predicted, unweighted.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function macroPrecision(confusion: readonly (readonly number[])[]): number | null {
  return macroAverage(precision(confusion));
}

/**
 * Averages the precision over the classes that were predicted, weighted by their support.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function weightedPrecision(confusion: readonly (readonly number[])[]): number | null {
  return weightedAverage(precision(confusion), supportOf(confusion));
}
