// Records that contradict themselves are refused, and the message names the field.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { score } from '../../src/metrics/score.ts';
import { checkRecord } from '../../src/results/check.ts';
import { encodeConfidence, encodeLabels } from '../../src/results/encode.ts';
import { contradict, recordContradictions } from '../../tools/fuzz/contradictions.ts';
import { makeFullRecord } from '../../tools/fuzz/full-record.ts';
import { makeFailedRecord, makeRecord } from '../fixtures/records.ts';

const full = makeFullRecord();

it('accepts a record that agrees with itself', () => {
  expect(checkRecord(full)).toEqual(full);
});

it.each(recordContradictions.map((one) => [one.what, one] as const))('refuses %s', (_, one) => {
  let message = 'accepted';
  try {
    checkRecord(JSON.parse(JSON.stringify(contradict(full, one))));
  } catch (error) {
    ({ message } = error as Error);
  }
  const fields = message.split('; ').map((part) => part.split(': ')[0]!);
  expect(
    fields.some((field) => field === (one.names ?? one.at) || field.startsWith(`${one.names ?? one.at}.`)),
    message,
  ).toBe(true);
});

it('says what it found and what it expected', () => {
  const lie = (at: string) => contradict(full, recordContradictions.find((one) => one.at === at)!);
  expect(() => checkRecord(lie('metrics.accuracy'))).toThrow(
    `metrics.accuracy: 1; the confusion matrix gives ${full.metrics.accuracy}`,
  );
  expect(() => checkRecord(lie('predictions'))).toThrow('predictions: class 200 for image 0; allowed: 0 to 9');
  expect(() => checkRecord(lie('machine.id'))).toThrow(
    /^machine\.id: expected up to 100 letters.*; found "\.\.\/\.\."$/,
  );
  expect(() => checkRecord(lie('timing.trainSeconds'))).toThrow(/^timing\.trainSeconds: .*; found 1e\+308$/);
});

it('refuses a failed fit of more than a century, too', () => {
  expect(() => checkRecord(makeFailedRecord({}, { timing: { totalSeconds: 1e308 } }))).toThrow('timing.totalSeconds: ');
});

describe('dates', () => {
  const at = (startedAt: string) => () => checkRecord(makeRecord({ startedAt }));

  it('may be those of a clock that was never set', () => {
    expect(at('1970-01-01T00:00:07.123Z')).not.toThrow();
    expect(at('2099-12-31T23:59:59.999Z')).not.toThrow();
  });

  it('are not before 1970 or after 2099', () => {
    expect(at('1969-12-31T23:59:59Z')).toThrow('startedAt: expected a year from 1970 to 2099');
    expect(at('2100-01-01T00:00:00Z')).toThrow('startedAt: ');
  });
});

describe('whatever a fit predicted', () => {
  /** Labels and probabilities of some images of some classes; often all alike, so that some classes do not occur. */
  const fits = fc.integer({ min: 2, max: 5 }).chain((classCount) =>
    fc.record({
      classCount: fc.constant(classCount),
      images: fc.array(
        fc.record({
          truth: fc.integer({ min: 0, max: classCount - 1 }),
          label: fc.integer({ min: 0, max: classCount - 1 }),
          // Confidences at the edges of the calibration's bins, too.
          confidence: fc.oneof(fc.float({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.2, 1 / 3, 0.6, 1)),
        }),
        { minLength: 1, maxLength: 30 },
      ),
    }),
  );

  test('the scores that the harness computes are accepted', () => {
    fc.assert(
      fc.property(fits, ({ classCount, images }) => {
        const truth = Uint8Array.from(images, (image) => image.truth);
        const labels = Uint8Array.from(images, (image) => image.label);
        const probabilities = new Float32Array(images.length * classCount);
        for (const [i, { label, confidence }] of images.entries()) {
          probabilities.fill((1 - confidence) / (classCount - 1), i * classCount, (i + 1) * classCount);
          probabilities[i * classCount + label] = confidence;
        }
        const prediction = { labels, probabilities };
        const base = makeRecord({ classCount, images: images.length });
        const record = {
          ...base,
          metrics: { ...base.metrics, ...score(truth, prediction, classCount) },
          predictions: encodeLabels(labels),
          confidence: encodeConfidence(prediction),
        };
        expect(checkRecord(record)).toEqual(record);
      }),
    );
  });
});
