// Records that contradict themselves: one change to a valid record each, and the field that the error must name.
import { decodeLabels, encodeFloats, encodeLabels } from '../../src/results/encode.ts';
import type { FinishedRecord } from '../../src/results/schema.ts';
import { makeRecord } from '../../test/fixtures/records.ts';
import { getAt, parsePath, setAt } from './json-path.ts';

/** One change that makes a record contradict itself. */
export interface RecordContradiction {
  readonly what: string;
  /** The field that is changed, as a path with dots. */
  readonly at: string;
  /** The new value, from the old one and the record. */
  readonly to: (old: never, record: FinishedRecord) => unknown;
  /** The field that the error names; by default the one that is changed. */
  readonly names?: string;
}

/** Changes the bytes of a base64 text. */
const bytes =
  (change: (labels: Uint8Array) => Uint8Array) =>
  (text: string): string =>
    encodeLabels(change(decodeLabels(text)));

const withFirst = (label: number) => bytes((labels) => labels.with(0, label));

/** Moves images between two cells of the confusion matrix. */
const moveImages =
  (from: readonly [number, number], to: readonly [number, number]) =>
  (confusion: number[][]): number[][] =>
    confusion.map((row, truth) =>
      row.map((images, label) => {
        const leaves = truth === from[0] && label === from[1];
        return images + Number(truth === to[0] && label === to[1]) - Number(leaves);
      }),
    );

const PREDICTIONS: readonly RecordContradiction[] = [
  { what: 'a predicted class that does not exist', at: 'predictions', to: withFirst(200) },
  { what: 'too few predictions', at: 'predictions', to: bytes((labels) => labels.slice(1)) },
  { what: 'too many predictions', at: 'predictions', to: bytes((labels) => Uint8Array.of(...labels, 0)) },
  { what: 'no predictions', at: 'predictions', to: () => '' },
  {
    what: 'the predictions of another fit',
    at: 'predictions',
    to: () => makeRecord({ model: 'another', accuracy: 0.3 }).predictions,
  },
  {
    what: 'predictions in another spelling of base64',
    at: 'predictions',
    // The bits after the last byte are not zero.
    to: (text: string) => text.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`),
  },
  { what: 'too few confidences', at: 'confidence', to: bytes((all) => all.slice(1)) },
  {
    what: 'confidences without their scores',
    at: 'metrics.logLoss',
    to: () => null,
  },
  { what: 'scores without confidences', at: 'confidence', to: () => null, names: 'metrics.logLoss' },
  { what: 'no calibration error', at: 'metrics.calibrationError', to: () => null },
  {
    what: 'a calibration error that is too small',
    at: 'confidence',
    to: bytes((all) => all.fill(0)),
    names: 'metrics.calibrationError',
  },
  { what: 'a calibration error that is too large', at: 'metrics.calibrationError', to: () => 0.99 },
  { what: 'an impossible log loss', at: 'metrics.logLoss', to: () => 1e9 },
];

const SCORES: readonly RecordContradiction[] = [
  { what: 'an accuracy of 1', at: 'metrics.accuracy', to: () => 1 },
  { what: 'an accuracy of one image more', at: 'metrics.accuracy', to: (old: number) => old + 1 / 200 },
  { what: 'another balanced accuracy', at: 'metrics.balancedAccuracy', to: () => 0 },
  { what: 'another macro F1', at: 'metrics.macroF1', to: (old: number) => old - 1e-6 },
  { what: 'another weighted F1', at: 'metrics.weightedF1', to: (old: number) => old - 1e-6 },
  {
    what: 'a confusion matrix of 10^15 images',
    at: 'metrics.confusion.0.0',
    to: () => 1e15,
    names: 'metrics.confusion',
  },
  {
    what: 'a confusion matrix of no images',
    at: 'metrics.confusion',
    to: (all: number[][]) => all.map((row) => row.map(() => 0)),
  },
  {
    what: 'an image predicted as another class',
    at: 'metrics.confusion',
    to: moveImages([0, 0], [0, 1]),
    names: 'metrics.accuracy',
  },
  {
    what: 'an image of another class',
    at: 'metrics.confusion',
    to: moveImages([0, 0], [1, 0]),
    names: 'metrics.accuracy',
  },

  { what: 'a missing row', at: 'metrics.confusion.9', to: () => undefined, names: 'metrics.confusion' },
  { what: 'a row that is too long', at: 'metrics.confusion.3.10', to: () => 0, names: 'metrics.confusion.3' },
  { what: 'a class without scores', at: 'metrics.perClass.9', to: () => undefined, names: 'metrics.perClass' },
  { what: 'scores of class 99', at: 'metrics.perClass.0.label', to: () => 99 },
  {
    what: 'scores in another order',
    at: 'metrics.perClass',
    to: (all: unknown[]) => all.toReversed(),
    names: 'metrics.perClass.0',
  },
  { what: 'another support', at: 'metrics.perClass.2.support', to: (old: number) => old + 1 },
  { what: 'another precision', at: 'metrics.perClass.2.precision', to: () => null },
  { what: 'another recall', at: 'metrics.perClass.2.recall', to: (old: number) => old / 2 },
  { what: 'another F1', at: 'metrics.perClass.2.f1', to: () => 0 },
  { what: 'more scored images than there are training images', at: 'metrics.train.images', to: () => 55_001 },
  {
    what: 'an accuracy of no validation images',
    at: 'metrics.validation.images',
    to: () => 0,
    names: 'metrics.validation.accuracy',
  },
];

const TIMES: readonly RecordContradiction[] = [
  { what: 'a fit of 1e308 s', at: 'timing.trainSeconds', to: () => 1e308 },
  { what: 'a fit of less than nothing', at: 'timing.trainSeconds', to: () => -1 },
  { what: 'a total of more than a century', at: 'timing.totalSeconds', to: () => 4e9 },
  { what: 'a prediction longer than its process', at: 'timing.predictSeconds', to: () => 100 },
  { what: 'a setup longer than its process', at: 'timing.setupSeconds', to: () => 100 },
  {
    what: 'epochs that run backwards',
    at: 'timing.curve',
    to: (all: unknown[]) => all.toReversed(),
    names: 'timing.curve.1.epoch',
  },
  { what: 'an epoch twice', at: 'timing.curve.2.epoch', to: () => 2 },
  { what: 'an epoch that ends before the one before it', at: 'timing.curve.2.seconds', to: () => 0 },
  { what: 'an epoch that ends after the fit', at: 'timing.curve.3.seconds', to: () => 1000 },
  {
    what: 'a learning curve of 70,000 points',
    at: 'timing.curve',
    to: ([first]: unknown[]) => new Array(70_000).fill(first),
  },
  { what: 'a latency of more images than there are', at: 'latency.0.batch', to: () => 1000 },
  { what: 'a shortest call longer than the median', at: 'latency.0.minMs', to: () => 5 },
  { what: 'a 99th percentile below the median', at: 'latency.0.p99Ms', to: () => 3 },
  { what: 'another number of images per second', at: 'latency.0.imagesPerSecond', to: () => 1e6 },
  { what: 'rounds of 1e308 s', at: 'model.notes.fitSecondsOfRounds', to: () => '1e308 1e308 1e308' },
  { what: 'rounds that are no times', at: 'model.notes.predictSecondsOfRounds', to: () => 'fast faster' },
];

const IMAGES: readonly RecordContradiction[] = [
  { what: 'a pixel map of another size', at: 'pixelMaps.0.height', to: () => 14, names: 'pixelMaps.0' },
  { what: 'a pixel map without its last pixel', at: 'pixelMaps.1.values', to: bytes((all) => all.slice(4)) },
  {
    what: 'a pixel map with a value that is not finite',
    at: 'pixelMaps.0.values',
    to: () => encodeFloats(new Float32Array(784).fill(Number.NaN)),
  },
  { what: 'a Grad-CAM map of an image that does not exist', at: 'gradCam.images.0.image', to: () => 200 },
  { what: 'a Grad-CAM map twice', at: 'gradCam.images.1.image', to: () => 3 },
  { what: 'a Grad-CAM map of another class', at: 'gradCam.images.0.label', to: (old: number) => (old + 1) % 10 },
  { what: 'a Grad-CAM map of another size', at: 'gradCam.width', to: () => 4, names: 'gradCam.images.0.map' },
  { what: 'images of 0 x 0 pixels', at: 'dataset.shape.height', to: () => 0 },
  { what: 'images without channels', at: 'dataset.shape.channels', to: () => 0 },
  { what: 'a layer of 0 x 0', at: 'layers.0.outputShape', to: () => [0, 0, 8], names: 'layers.0.outputShape.0' },
];

const NAMES: readonly RecordContradiction[] = [
  { what: 'a machine that is a path', at: 'machine.id', to: () => '../..' },
  { what: 'a benchmark that is a path', at: 'benchmark', to: () => 'a/b' },
  { what: 'a model that is a path', at: 'model.id', to: () => '..' },
  { what: 'a model whose name has no end', at: 'model.id', to: () => 'x'.repeat(300) },
  { what: 'a reference that is a path', at: 'model.referenceOf', to: () => 'C:\\x' },
  { what: 'a model that is a reference of another', at: 'model.referenceOf', to: () => 'knn' },
  { what: 'a data set that is a path', at: 'dataset.name', to: () => '../../etc' },
  { what: 'a commit that is a path', at: 'git.commit', to: () => '../../../..' },
  { what: 'a split that is a path', at: 'dataset.splitHash', to: () => '../..' },
  { what: 'two classes of one name', at: 'dataset.classNames.3', to: () => 'Bag', names: 'dataset.classNames.8' },
  { what: 'a class without a name', at: 'dataset.classNames.3', to: () => '' },
  {
    what: 'fewer class names than classes',
    at: 'dataset.classNames.9',
    to: () => undefined,
    names: 'metrics.perClass',
  },
  { what: 'a version that is a number', at: 'software.node', to: () => 20 },
  { what: 'a version of a package that is no text', at: 'software.packages.zod', to: () => null },
];

const RANGES: readonly RecordContradiction[] = [
  { what: 'a start in the year 0', at: 'startedAt', to: () => '0000-01-01T00:00:00Z' },
  { what: 'a start in the year 9999', at: 'startedAt', to: () => '9999-12-31T23:59:59Z' },
  { what: 'a start on a day that does not exist', at: 'startedAt', to: () => '2026-02-30T00:00:00Z' },
  { what: 'a commit of no date', at: 'git.committedAt', to: () => 'yesterday' },
  { what: 'a commit of the year 9999', at: 'git.committedAt', to: () => '9999-01-01T00:00:00+00:00' },
  { what: 'a seed of 33 bits', at: 'seed', to: () => 2 ** 32 },
  { what: 'the repeat 0', at: 'repeat', to: () => 0 },
  { what: 'more memory than a machine has', at: 'resources.peakRssBytes', to: () => 2 ** 52 },
  { what: 'a machine of too much memory', at: 'machine.memoryBytes', to: () => 2 ** 53 },
  { what: 'more energy than a fit can use', at: 'resources.energyJoules', to: () => 1e300 },
  { what: 'no processor', at: 'machine.cores', to: () => 0 },
  { what: 'half a thread', at: 'software.engine.threads', to: () => 0.5 },
  { what: 'another number of test images', at: 'dataset.test', to: () => 100, names: 'metrics.confusion' },
  { what: 'an error of a fit that did not fail', at: 'error', to: () => ({ kind: 'Error', message: '', stack: null }) },
];

/** Records that contradict themselves, at least one of each kind. */
export const recordContradictions = [...PREDICTIONS, ...SCORES, ...TIMES, ...IMAGES, ...NAMES, ...RANGES];

/**
 * Applies a change.
 *
 * @param record a full record
 * @param contradiction what to change
 */
export function contradict(record: FinishedRecord, { at, to }: RecordContradiction): FinishedRecord {
  const path = parsePath(at);
  return setAt(record, path, to(getAt(record, path) as never, record));
}
