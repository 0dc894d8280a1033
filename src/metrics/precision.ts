// Precision: of the images given a class, the share that are of it.
import { macroAverage, weightedAverage } from './average.ts';
import { predictedOf, supportOf } from './confusion.ts';

/**
 * Computes the precision of each class.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns one value a class, 0 to 1; null for a class never predicted
 */
export function precision(confusion: readonly (readonly number[])[]): (number | null)[] {
  return predictedOf(confusion).map((predicted, label) =>
    predicted === 0 ? null : confusion[label]![label]! / predicted,
  );
}

/**
 * Averages the precision over the classes that were predicted, each alike.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function macroPrecision(confusion: readonly (readonly number[])[]): number | null {
  return macroAverage(precision(confusion));
}

/**
 * Averages the precision over the classes that were predicted, weighted by how often they occur.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function weightedPrecision(confusion: readonly (readonly number[])[]): number | null {
  return weightedAverage(precision(confusion), supportOf(confusion));
}
