// Accuracy: the share of images whose class is predicted correctly.
import { supportOf } from './confusion.ts';

/**
 * Divides the diagonal of a confusion matrix by its total.
 *
 * @param confusion rows are the truth
 * @returns 0 to 1; null when there are no images
 */
export function accuracy(confusion: readonly (readonly number[])[]): number | null {
  const total = supportOf(confusion).reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  return total === 0 ? null : right / total;
}
