// Recall: the share of correct predictions among the images of a class.
import { macroAverage, weightedAverage } from './average.ts';
import { supportOf } from './confusion.ts';

/**
 * Computes the recall of each class.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns one value for each class, 0 to 1; null for a class that does not occur
 */
export function recall(confusion: readonly (readonly number[])[]): (number | null)[] {
  return supportOf(confusion).map((support, label) => (support === 0 ? null : confusion[label]![label]! / support));
}

/**
 * Averages the recall over the classes that occur, unweighted.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function macroRecall(confusion: readonly (readonly number[])[]): number | null {
  return macroAverage(recall(confusion));
}

/**
 * Averages the recall over the classes that occur, weighted by their support, which gives the accuracy.
 *
 * @param confusion rows are the truth, columns the prediction
 * @returns 0 to 1; null when there are no images
 */
export function weightedRecall(confusion: readonly (readonly number[])[]): number | null {
  return weightedAverage(recall(confusion), supportOf(confusion));
}
