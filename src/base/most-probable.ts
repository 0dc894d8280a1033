// Labels from class probabilities, scores or votes.

/**
 * Returns the class with the largest value of each row. A tie goes to the lowest class index.
 *
 * @param values rows x classCount, row-major; empty gives no labels
 * @param classCount number of classes, 1 to 256
 */
export function mostProbable(values: Float32Array | Float64Array, classCount: number): Uint8Array {
  const labels = new Uint8Array(values.length / classCount);
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    for (let k = 1; k < classCount; k++) {
      if (values[i * classCount + k]! > values[i * classCount + best]!) best = k;
    }
    labels[i] = best;
  }
  return labels;
}
