// Converts what a model returns from predict into one form, whatever arrays it uses.
import type { Numbers, Prediction, ReturnedPrediction } from '../types.ts';
import { wrongCount } from './check-prediction.ts';

/**
 * Converts a prediction. Arrays of the right type are returned as they are, and `checkPrediction` checks their values.
 *
 * @param returned what a model returned, of any form
 * @param count number of images that it was given
 * @param classCount number of classes
 * @throws Error if labels or probabilities are no arrays of numbers, labels are not `count` class indices, or a row of
 *   probabilities does not have `classCount` numbers
 */
export function toPrediction(returned: ReturnedPrediction, count: number, classCount: number): Prediction {
  const { labels, probabilities } = returned ?? {};
  return {
    labels: toLabels(labels, count, classCount),
    ...(probabilities !== undefined &&
      probabilities !== null && { probabilities: toFloats(probabilities, classCount) }),
  };
}

function toLabels(labels: unknown, count: number, classCount: number): Uint8Array {
  if (labels instanceof Uint8Array) return labels;
  const { values } = flatten('labels', labels, 'an array with one class index for each image');
  if (values.length !== count) throw wrongCount('labels', values.length, `${count}`);
  const invalid = values.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classCount));
  if (invalid < 0) return Uint8Array.from(values);
  const range = `0 to ${classCount - 1}`;
  if (!Number.isInteger(values[invalid])) {
    throw new Error(`invalid label: ${values[invalid]} for image ${invalid}; expected a whole number, ${range}`);
  }
  throw new Error(`label out of range: ${values[invalid]} for image ${invalid}; allowed: ${range}`);
}

function toFloats(probabilities: unknown, classCount: number): Float32Array {
  if (probabilities instanceof Float32Array) return probabilities;
  const expected = 'an array of images x classes, or of one row for each image';
  const { values, rowLengths } = flatten('probabilities', probabilities, expected);
  const odd = rowLengths.findIndex((length) => length !== classCount);
  if (odd >= 0)
    throw wrongCount(`probabilities of image ${odd}`, rowLengths[odd]!, `${classCount}, one for each class`);
  return Float32Array.from(values);
}

interface Flat {
  readonly values: readonly number[];
  /** Of nested arrays; empty for others. */
  readonly rowLengths: readonly number[];
}

/** Copies numbers out of an array, or out of the arrays in it. */
function flatten(name: string, found: unknown, expected: string): Flat {
  if (!isArray(found)) throw new Error(`wrong ${name}: ${typeName(found)}; expected ${expected}`);
  const items: readonly unknown[] = Array.from(found as ArrayLike<unknown>);
  const rows = items.filter(isArray);
  const values =
    rows.length > 0 ? items.flatMap((item) => (isArray(item) ? Array.from<unknown>(item) : [item])) : items;
  const wrong = values.findIndex((value) => typeof value !== 'number');
  if (wrong >= 0) {
    throw new Error(`wrong ${name}: ${typeName(values[wrong])} at position ${wrong}; expected numbers: ${expected}`);
  }
  return { values: values as number[], rowLengths: rows.map(({ length }) => length) };
}

function isArray(value: unknown): value is ArrayLike<unknown> & Numbers {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function typeName(value: unknown): string {
  return (value as object | null | undefined)?.constructor?.name ?? String(value);
}
