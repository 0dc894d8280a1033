// Encodes the arrays of a record as base64: predictions, confidences, pixel maps.
import type { Prediction } from '../types.ts';

/**
 * Encodes class indices.
 *
 * @param labels n class indices
 * @returns base64 of n bytes
 */
export function encodeLabels(labels: Uint8Array): string {
  return Buffer.from(labels.buffer, labels.byteOffset, labels.byteLength).toString('base64');
}

/**
 * Decodes the text of `encodeLabels`.
 *
 * @param text base64
 * @returns n class indices
 */
export function decodeLabels(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/**
 * Encodes the probability of the predicted class of each image, in steps of 1/255.
 *
 * @param prediction labels of n images, with or without probabilities, already checked by `checkPrediction`
 * @returns base64 of n bytes, 0-255; null without probabilities
 */
export function encodeConfidence({ labels, probabilities }: Prediction): string | null {
  if (!probabilities) return null;
  const classCount = probabilities.length / labels.length;
  return encodeLabels(Uint8Array.from(labels, (label, i) => Math.round(255 * probabilities[i * classCount + label]!)));
}

/**
 * Decodes the text of `encodeConfidence`.
 *
 * @param text base64, or null
 * @returns n probabilities in [0, 1], each within 1/510 of the original; null for null
 */
export function decodeConfidence(text: string | null): Float64Array | null {
  if (text === null) return null;
  const bytes = decodeLabels(text);
  const confidence = new Float64Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) confidence[i] = bytes[i]! / 255;
  return confidence;
}

/**
 * Encodes 32-bit floats.
 *
 * @param values n 32-bit floats
 * @returns base64 of 4 n bytes, little-endian
 */
export function encodeFloats(values: Float32Array): string {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeFloatLE(value, i * 4);
  });
  return bytes.toString('base64');
}

/**
 * Decodes the text of `encodeFloats`.
 *
 * @param text base64
 * @returns n 32-bit floats
 */
export function decodeFloats(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(i * 4));
}
