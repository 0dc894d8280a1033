// Balanced accuracy: the mean recall, in which every class counts the same, however many images it has.
import { macroRecall } from './recall.ts';

/**
 * Averages the recall over the classes that occur.
 *
 * @param confusion rows are the truth
 * @returns 0 to 1; null when there are no images
 * @see scikit-learn, `balanced_accuracy_score`, not adjusted for chance
 */
export function balancedAccuracy(confusion: readonly (readonly number[])[]): number | null {
  return macroRecall(confusion);
}
