// From log probabilities up to a constant to probabilities. Used by naive Bayes.

/**
 * Computes softmax of each row, safe from overflow.
 *
 * @param logs rows x classCount, row-major; at least one value of each row is finite
 * @param classCount how many classes
 * @returns rows x classCount, each row sums to 1
 */
export function normalizeLogRows(logs: Float64Array, classCount: number): Float32Array {
  const probabilities = new Float32Array(logs.length);
  for (let start = 0; start < logs.length; start += classCount) {
    const row = logs.subarray(start, start + classCount);
    const largest = Math.max(...row);
    const total = row.reduce((sum, log) => sum + Math.exp(log - largest), 0);
    for (let k = 0; k < classCount; k++) probabilities[start + k] = Math.exp(row[k]! - largest) / total;
  }
  return probabilities;
}
