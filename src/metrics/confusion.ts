// The confusion matrix, from which every metric of predicted labels is computed.

/**
 * Counts the images of each true class by the class predicted.
 *
 * @param truth n class indices, 0 to classCount - 1
 * @param predictions n class indices, 0 to classCount - 1
 * @param classCount number of classes
 * @returns classCount x classCount counts: rows are the truth, columns the prediction; all zero when n is 0
 * @throws Error when the lengths differ or a label is out of range
 */
export function confusionMatrix(truth: Uint8Array, predictions: Uint8Array, classCount: number): number[][] {
  if (truth.length !== predictions.length) {
    throw new Error(`cannot compare ${truth.length} true labels with ${predictions.length} predictions`);
  }
  const confusion = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const label = Math.max(truth[i]!, predictions[i]!);
    if (label >= classCount)
      throw new Error(`label out of range: ${label} of image ${i}; allowed: 0 to ${classCount - 1}`);
    confusion[truth[i]!]![predictions[i]!]!++;
  }
  return confusion;
}

/**
 * Counts the images of each class.
 *
 * @param confusion rows are the truth
 * @returns one count for each class
 */
export function supportOf(confusion: readonly (readonly number[])[]): number[] {
  return confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
}

/**
 * Counts the predictions of each class.
 *
 * @param confusion columns are the prediction
 * @returns one count for each class
 */
export function predictedOf(confusion: readonly (readonly number[])[]): number[] {
  return confusion.map((_, label) => confusion.reduce((sum, row) => sum + row[label]!, 0));
}
