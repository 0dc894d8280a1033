import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeConfidence,
  decodeFloats,
  decodeLabels,
  encodeConfidence,
  encodeFloats,
  encodeLabels,
} from '../../src/results/encode.ts';

test('encodes one byte per label', () => {
  // printf '\x00\x09\xff' | base64
  expect(encodeLabels(Uint8Array.of(0, 9, 255))).toBe('AAn/');
  expect(encodeLabels(new Uint8Array())).toBe('');
});

test('decodes the labels, also those of a view into a larger buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(9), (bytes, start) => {
      const labels = bytes.subarray(Math.min(start, bytes.length));
      expect(decodeLabels(encodeLabels(labels))).toEqual(Uint8Array.from(labels));
    }),
  );
});

test('encodes the probability of the predicted class in steps of 1/255', () => {
  // 0.25 x 255 = 63.75, 1 x 255, 0.5 x 255 = 127.5: 64, 255, 128
  const probabilities = Float32Array.of(0.75, 0.25, 1, 0, 0.5, 0.5);
  const text = encodeConfidence({ labels: Uint8Array.of(1, 0, 0), probabilities });
  expect(text).toBe(encodeLabels(Uint8Array.of(64, 255, 128)));
  expect(decodeConfidence(text)).toEqual(Float64Array.of(64 / 255, 1, 128 / 255));
});

test('does not overflow when rounding leaves a probability above 1', () => {
  const text = encodeConfidence({ labels: Uint8Array.of(0), probabilities: Float32Array.of(1.0009, 0) });
  expect(decodeConfidence(text)).toEqual(Float64Array.of(1));
});

test('is null without probabilities, empty for no images', () => {
  expect(encodeConfidence({ labels: Uint8Array.of(1) })).toBeNull();
  expect(decodeConfidence(null)).toBeNull();
  expect(encodeConfidence({ labels: new Uint8Array(), probabilities: new Float32Array() })).toBe('');
});

test('is decoded within half a step', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 1, noNaN: true }), (probability) => {
      const prediction = { labels: Uint8Array.of(0), probabilities: Float32Array.of(probability, 1 - probability) };
      const decoded = decodeConfidence(encodeConfidence(prediction))![0]!;
      expect(Math.abs(decoded - probability)).toBeLessThanOrEqual(0.5 / 255 + 1e-9);
    }),
  );
});

test('encodes and decodes 32-bit floats, least significant byte first', () => {
  // python3 -c "import struct, base64; print(base64.b64encode(struct.pack('<2f', 1, -0.5)))"
  expect(encodeFloats(Float32Array.of(1, -0.5))).toBe('AACAPwAAAL8=');
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, maxLength: 20 }), (values) => {
      expect(decodeFloats(encodeFloats(values))).toEqual(values);
    }),
  );
});
