import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { allMetrics } from '../../src/metrics/all-metrics.ts';
import { findMetric } from '../../src/metrics/find-metric.ts';
import { influenceOf, scoredFit } from '../../src/metrics/influence.ts';
import type { ImageMetric, StoredPrediction } from '../../src/metrics/metric.ts';
import { makeRecord } from '../fixtures/records.ts';
import { makeTests } from '../report/images.ts';

const CLASSES = 4;
const IMAGES = 2000;
const random = createRandom(3);
const truth = Uint8Array.from({ length: IMAGES }, () => Math.floor(random() * CLASSES));
const labels = truth.map((label) => (random() < 0.7 ? label : Math.floor(random() * CLASSES)));
// Less confident than right in every bin: the calibration error is then a smooth function of the weights.
const confidence = Float64Array.from(labels, () => 0.2 + 0.4 * random());
const stored: StoredPrediction = { labels, confidence };
const tested = allMetrics.filter((metric): metric is ImageMetric => metric.test === 'images');
const withInfluence = tested.filter(({ id }) => id !== 'log-loss');

/** The metric of some of the images. */
function metricOf(metric: ImageMetric, images: readonly number[]): number {
  const some = Uint8Array.from(images, (i) => truth[i]!);
  const predicted = Uint8Array.from(images, (i) => labels[i]!);
  if (metric.from === 'confusion') {
    const confusion = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
    for (const [i, label] of some.entries()) confusion[label]![predicted[i]!]!++;
    return metric.compute(confusion)!;
  }
  const probabilities = new Float32Array(images.length * CLASSES);
  for (const [at, i] of images.entries()) probabilities[at * CLASSES + labels[i]!] = confidence[i]!;
  return metric.compute(some, { labels: predicted, probabilities }, CLASSES)!;
}

describe.each(withInfluence.map((metric) => [metric.id, metric] as const))(
  'the influence of images on %s',
  (_, metric) => {
    const influence = influenceOf(metric, truth, stored, CLASSES)!;
    const all = Array.from(truth.keys());

    test('has mean 0', () => {
      expect(influence.reduce((sum, one) => sum + one, 0) / IMAGES).toBeCloseTo(0, 10);
    });

    test('predicts what leaving out images changes', () => {
      const value = metricOf(metric, all);
      for (let group = 0; group < 5; group++) {
        const left = all.filter((i) => i % 97 !== group);
        const out = all.filter((i) => i % 97 === group);
        // First order of the change when the weights of these images become 0 and the others' stay.
        const expected = -out.reduce((sum, i) => sum + influence[i]!, 0) / left.length;
        expect(metricOf(metric, left) - value).toBeCloseTo(expected, 3);
      }
    });
  },
);

test('the influence on the accuracy is the answer minus the accuracy', () => {
  const influence = influenceOf(findMetric('accuracy') as ImageMetric, truth, stored, CLASSES)!;
  const accuracy = truth.filter((label, i) => labels[i] === label).length / IMAGES;
  for (const i of [0, 1, 2, 3, 4, 5]) {
    expect(influence[i]).toBeCloseTo((labels[i] === truth[i] ? 1 : 0) - accuracy, 9);
  }
});

test('there is none without confidences, or where records hold too little', () => {
  const without = { labels, confidence: null };
  expect(influenceOf(findMetric('calibration-error') as ImageMetric, truth, without, CLASSES)).toBeNull();
  expect(influenceOf(findMetric('log-loss') as ImageMetric, truth, stored, CLASSES)).toBeNull();
});

test('a record is scored with its own value', () => {
  const record = makeRecord({ accuracy: 0.8, images: 200 });
  const [images] = makeTests([record]).values();
  const metric = findMetric('accuracy') as ImageMetric;
  expect(scoredFit(metric, record, images!.labels)!.value).toBe(record.metrics.accuracy);
  expect(scoredFit(metric, record, images!.labels.subarray(1))).toBeNull();
});
