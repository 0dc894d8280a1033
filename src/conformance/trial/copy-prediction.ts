// A copy of a prediction, so that a check judges what the model returned and not what it wrote there later.
import type { Prediction } from '../../types.ts';

/**
 * Copies the arrays of a prediction. A prediction of a wrong form keeps that form.
 *
 * @param prediction what a model returned
 */
export function copyPrediction({ labels, probabilities }: Prediction): Prediction {
  return { labels: copyArray(labels), ...(probabilities !== undefined && { probabilities: copyArray(probabilities) }) };
}

function copyArray<T extends Uint8Array | Float32Array>(values: T): T {
  return ArrayBuffer.isView(values) || Array.isArray(values) ? (values.slice() as T) : values;
}
