import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrationError } from '../../src/metrics/calibration-error.ts';
import { calibrationRange } from '../../src/metrics/calibration-range.ts';

test('is half a step around the error of the stored confidences', () => {
  // One right image of confidence 128/255 = 0.50196: the error is 0.49804, half a step is 1/510 = 0.00196.
  const [low, high] = calibrationRange(Uint8Array.of(0), {
    labels: Uint8Array.of(0),
    confidence: Float64Array.of(128 / 255),
  });
  expect(low).toBeCloseTo(0.49804 - 0.00196, 4);
  expect(high).toBeCloseTo(0.49804 + 0.00196, 4);
});

test('is wider for images at the edge of a bin', () => {
  // 51/255 = 3/15. A right and a wrong image: in one bin |0.8 - 0.2| / 2 = 0.3, in two bins (0.8 + 0.2) / 2 = 0.5.
  const [low, high] = calibrationRange(Uint8Array.of(0, 1), {
    labels: Uint8Array.of(0, 0),
    confidence: Float64Array.of(51 / 255, 51 / 255),
  });
  expect(low).toBeLessThan(0.3);
  expect(high).toBeGreaterThan(0.5);
});

test('contains the error of the exact probabilities, whatever these are', () => {
  const image = fc.record({
    isRight: fc.boolean(),
    confidence: fc.oneof(
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 15 }).map((edge) => Math.fround(edge / 15)),
    ),
  });
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 40 }), (images) => {
      const truth = Uint8Array.from(images, ({ isRight }) => (isRight ? 0 : 1));
      const labels = new Uint8Array(images.length);
      const probabilities = Float32Array.from(images.flatMap(({ confidence }) => [confidence, 1 - confidence]));
      const exact = calibrationError(truth, { labels, probabilities }, 2)!;
      const confidence = Float64Array.from(images, (one) => Math.round(255 * one.confidence) / 255);
      const [low, high] = calibrationRange(truth, { labels, confidence });
      expect(exact).toBeGreaterThanOrEqual(low);
      expect(exact).toBeLessThanOrEqual(high);
    }),
  );
});
