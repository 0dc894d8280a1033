// Softmax: class probabilities from log probabilities that lack a constant. Naive Bayes and logistic regression use it.

/**
 * Computes the softmax of each row without overflow.
 *
 * @param logs rows x classCount, row-major; at least one value of each row is finite
 * @param classCount number of classes
 * @returns rows x classCount, each row sums to 1
 */
export function normalizeLogRows(logs: Float32Array | Float64Array, classCount: number): Float32Array {
  const probabilities = new Float32Array(logs.length);
  for (let start = 0; start < logs.length; start += classCount) {
    let largest = -Infinity;
    for (let i = start; i < start + classCount; i++) largest = Math.max(largest, logs[i]!);
    let total = 0;
    for (let i = start; i < start + classCount; i++) total += Math.exp(logs[i]! - largest);
    for (let i = start; i < start + classCount; i++) probabilities[i] = Math.exp(logs[i]! - largest) / total;
  }
  return probabilities;
}
