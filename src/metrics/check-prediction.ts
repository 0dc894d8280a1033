// Checks a model's prediction before it is scored, so that a malformed one fails with a clear error.
import type { Prediction } from '../types.ts';

/** How far the probabilities of one image may be from summing to 1. */
const TOLERANCE = 1e-3;

/**
 * Checks the form of a prediction.
 *
 * @param prediction what the model returned
 * @param count number of images that it was given
 * @param classCount number of classes
 * @throws Error when the labels are not `count` class indices in a Uint8Array, or the probabilities are not
 *   count x classCount finite numbers in [0, 1] whose rows sum to 1 within 0.001
 */
export function checkPrediction({ labels, probabilities }: Prediction, count: number, classCount: number): void {
  if (!(labels instanceof Uint8Array)) throw new Error(`wrong labels: ${typeName(labels)}; expected Uint8Array`);
  if (labels.length !== count) throw wrongCount('labels', labels.length, `${count}`);
  const invalid = labels.findIndex((label) => label >= classCount);
  if (invalid >= 0) {
    throw new Error(`label out of range: ${labels[invalid]} for image ${invalid}; allowed: 0 to ${classCount - 1}`);
  }
  if (probabilities === undefined) return;
  if (!(probabilities instanceof Float32Array)) {
    throw new Error(`wrong probabilities: ${typeName(probabilities)}; expected Float32Array`);
  }
  if (probabilities.length !== count * classCount) {
    const expected = `${count * classCount} (${count} images x ${classCount} classes)`;
    throw wrongCount('probabilities', probabilities.length, expected);
  }
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let label = 0; label < classCount; label++) {
      const probability = probabilities[i * classCount + label]!;
      // Written so that NaN fails too.
      if (!(probability >= 0 && probability <= 1 + TOLERANCE)) {
        throw new Error(`invalid probability: ${probability} for image ${i}, class ${label}; allowed: 0 to 1`);
      }
      sum += probability;
    }
    if (Math.abs(sum - 1) > TOLERANCE) {
      throw new Error(`invalid probabilities: those of image ${i} sum to ${sum}; expected 1 within ${TOLERANCE}`);
    }
  }
}

/**
 * Makes the error of an array with too few or too many numbers.
 *
 * @param of the array's name
 * @param found its length
 * @param expected the right length, for the message
 */
export function wrongCount(of: string, found: number, expected: string): Error {
  return new Error(`wrong number of ${of}: ${found}; expected ${expected}`);
}

function typeName(value: unknown): string {
  return (value as object | null | undefined)?.constructor?.name ?? String(value);
}
