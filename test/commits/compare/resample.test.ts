import { expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { resampleChanges } from '../../../src/commits/compare/resample.ts';
import { score } from '../../../src/metrics/score.ts';

/** A prediction that is right for about a share of the images, and how sure it is of each. */
function answer(truth: Uint8Array, share: number, seed: number, sureness = share) {
  const random = createRandom(seed);
  const labels = truth.map((label) => (random() < share ? label : Math.floor(random() * 4)));
  const confidence = Float64Array.from(labels, () => Math.min(1, Math.max(0, sureness + 0.1 * (random() - 0.5))));
  return { labels, confidence };
}

const truth = Uint8Array.from({ length: 400 }, (_, i) => i % 4);

it('finds intervals around the changes of macro F1 and calibration error', () => {
  const [before, after] = [answer(truth, 0.6, 1), answer(truth, 0.9, 2, 0.6)];
  const found = resampleChanges(truth, before, after, 4, 1000);
  const of = ({ labels, confidence }: typeof before) => {
    const probabilities = new Float32Array(labels.length * 4);
    for (const [i, label] of labels.entries()) probabilities[i * 4 + label] = confidence[i]!;
    return score(truth, { labels, probabilities }, 4);
  };
  const [one, other] = [of(before), of(after)];
  const f1 = other.macroF1 - one.macroF1;
  expect(f1).toBeGreaterThan(0.1);
  expect(found.macroF1.low).toBeGreaterThan(f1 - 0.1);
  expect(found.macroF1.low).toBeLessThan(f1);
  expect(found.macroF1.high).toBeGreaterThan(f1);
  expect(found.macroF1.high).toBeLessThan(f1 + 0.1);
  const error = other.calibrationError! - one.calibrationError!;
  expect(found.calibrationError!.low).toBeLessThan(error);
  expect(found.calibrationError!.high).toBeGreaterThan(error);
});

it('turns around when the sides do, and is nothing for equal sides', () => {
  const [before, after] = [answer(truth, 0.6, 1), answer(truth, 0.7, 2)];
  const there = resampleChanges(truth, before, after, 4, 500).macroF1;
  const back = resampleChanges(truth, after, before, 4, 500).macroF1;
  expect(back.low).toBeCloseTo(-there.high, 2);
  expect(back.high).toBeCloseTo(-there.low, 2);
  const none = resampleChanges(truth, before, before, 4, 50);
  expect([none.macroF1.low, none.macroF1.high]).toEqual([0, 0]);
});

it('leaves the calibration error out where a side has no probabilities', () => {
  const [before, after] = [answer(truth, 0.6, 1), { ...answer(truth, 0.7, 2), confidence: null }];
  expect(resampleChanges(truth, before, after, 4, 50).calibrationError).toBeNull();
});
