import { expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { resampleChanges } from '../../../src/commits/compare/resample.ts';
import { findMetric } from '../../../src/metrics/find-metric.ts';
import type { StoredPrediction } from '../../../src/metrics/metric.ts';
import { score } from '../../../src/metrics/score.ts';

/** A prediction that is right for about a share of the images, and how sure it is of each. */
function answer(truth: Uint8Array, share: number, seed: number, sureness = share) {
  const random = createRandom(seed);
  const labels = truth.map((label) => (random() < share ? label : Math.floor(random() * 4)));
  const confidence = Float64Array.from(labels, () => Math.min(1, Math.max(0, sureness + 0.1 * (random() - 0.5))));
  return { labels, confidence };
}

const truth = Uint8Array.from({ length: 400 }, (_, i) => i % 4);

function resample(ids: readonly string[], before: StoredPrediction, after: StoredPrediction, resamples: number) {
  return resampleChanges(ids.map(findMetric), { truth, before, after, classCount: 4 }, resamples);
}

it('finds intervals around the changes of macro F1 and calibration error', () => {
  const [before, after] = [answer(truth, 0.6, 1), answer(truth, 0.9, 2, 0.6)];
  const found = resample(['macro-f1', 'calibration-error'], before, after, 1000);
  const [foundF1, foundError] = [found.get('macro-f1')!, found.get('calibration-error')!];
  const of = ({ labels, confidence }: typeof before) => {
    const probabilities = new Float32Array(labels.length * 4);
    for (const [i, label] of labels.entries()) probabilities[i * 4 + label] = confidence[i]!;
    return score(truth, { labels, probabilities }, 4);
  };
  const [one, other] = [of(before), of(after)];
  const f1 = other.macroF1 - one.macroF1;
  expect(f1).toBeGreaterThan(0.1);
  expect(foundF1.low).toBeGreaterThan(f1 - 0.1);
  expect(foundF1.low).toBeLessThan(f1);
  expect(foundF1.high).toBeGreaterThan(f1);
  expect(foundF1.high).toBeLessThan(f1 + 0.1);
  const error = other.calibrationError! - one.calibrationError!;
  expect(foundError.low).toBeLessThan(error);
  expect(foundError.high).toBeGreaterThan(error);
});

it('is mirrored when before and after are swapped, and zero for equal predictions', () => {
  const [before, after] = [answer(truth, 0.6, 1), answer(truth, 0.7, 2)];
  const there = resample(['macro-f1'], before, after, 500).get('macro-f1')!;
  const back = resample(['macro-f1'], after, before, 500).get('macro-f1')!;
  expect(back.low).toBeCloseTo(-there.high, 2);
  expect(back.high).toBeCloseTo(-there.low, 2);
  const none = resample(['macro-f1'], before, before, 50).get('macro-f1')!;
  expect([none.low, none.high]).toEqual([0, 0]);
});

it('leaves the calibration error out where one prediction has no probabilities', () => {
  const [before, after] = [answer(truth, 0.6, 1), { ...answer(truth, 0.7, 2), confidence: null }];
  const found = resample(['macro-f1', 'calibration-error'], before, after, 50);
  expect([...found.keys()]).toEqual(['macro-f1']);
});

it('resamples every metric that the confusion matrix determines, and no log loss', () => {
  const [before, after] = [answer(truth, 0.6, 1), answer(truth, 0.9, 2)];
  const ids = ['macro-f1', 'balanced-accuracy', 'log-loss', 'weighted-f1', 'fit-time'];
  const found = resample(ids, before, after, 200);
  expect([...found.keys()]).toEqual(['macro-f1', 'balanced-accuracy', 'weighted-f1']);
  for (const { low } of found.values()) expect(low).toBeGreaterThan(0);
  // The other metrics do not change the resamples.
  expect(found.get('macro-f1')).toEqual(resample(['macro-f1'], before, after, 200).get('macro-f1'));
});
