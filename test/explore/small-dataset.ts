// A small data set with a near-duplicate between training and test images, and records of models that contradict its label.
import { createRandom } from '../../src/base/random.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { encodeConfidence, encodeLabels } from '../../src/results/encode.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { makeRecord } from '../fixtures/records.ts';
import { HOSTILE_CLASSES } from '../report/hostile.ts';

const shape = { height: 6, width: 6, channels: 1 };
const CLASSES = HOSTILE_CLASSES.length;

/** Images whose class determines the number of foreground pixels; their grey values are random. */
function part(count: number, seed: number) {
  const random = createRandom(seed);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  const bytes = new Uint8Array(count * 36);
  for (const [i, label] of labels.entries()) {
    for (let k = 0; k <= label * 3; k++) bytes[i * 36 + k] = 100 + Math.floor(random() * 100);
  }
  return { bytes, labels };
}

const train = part(80, 1);
const test = part(24, 2);
// One test image is a training image with another label.
test.bytes.set(train.bytes.subarray(0, 36), 36);
/** Its classes have hostile names. */
export const dataset: Dataset = {
  name: '<b>data</b>',
  files: { 'train-images': 'aa'.repeat(32), 'test-images': 'bb'.repeat(32) },
  shape,
  classNames: HOSTILE_CLASSES,
  train,
  test,
};

/** A model that predicts all images correctly but the second, for which it predicts class 0 with high probability. */
function makeModelRecord(
  model: string,
  accuracy: number,
  changes: Partial<FinishedRecord['dataset']> = {},
): FinishedRecord {
  const record = makeRecord({ model, classCount: CLASSES, images: 24 });
  const labels = test.labels.map((label, i) => (i === 1 ? 0 : label));
  const probabilities = new Float32Array(24 * CLASSES).fill(1);
  return {
    ...record,
    metrics: { ...record.metrics, accuracy },
    dataset: { ...record.dataset, files: dataset.files, test: 24, ...changes },
    predictions: encodeLabels(labels),
    confidence: encodeConfidence({ labels, probabilities }),
  };
}

/** Of three models that saw the images, and of two that did not. */
export const records = [
  makeModelRecord('b', 0.8),
  makeModelRecord('c', 0.7),
  makeModelRecord('a', 0.9),
  makeModelRecord('other-data', 0.9, { files: { 'test-images': 'cc'.repeat(32) } }),
  makeModelRecord('part-of-the-test', 0.9, { test: 12 }),
];
