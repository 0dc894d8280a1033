// Valid records at the ends of every range, for tests that every command reads them.

import { score } from '../../src/metrics/score.ts';
import { encodeConfidence, encodeLabels } from '../../src/results/encode.ts';
import type { FinishedRecord, FitRecord } from '../../src/results/schema.ts';
import { makeFailedRecord, makeTruth, type RecordShape } from '../../test/fixtures/records.ts';
import { makeFullRecord } from './full-record.ts';
import { parsePath, setAt } from './json-path.ts';

const CENTURY_SECONDS = 100 * 365.25 * 24 * 60 * 60;
const MOST = Number.MAX_SAFE_INTEGER;

/** Gives every field of an object one value. */
const allOf = (part: object, value: unknown) => Object.fromEntries(Object.keys(part).map((key) => [key, value]));

/** A record with times that are all alike: no time at all, or a century each. */
function lasting(record: FinishedRecord, seconds: number): FinishedRecord {
  const { curve, ...times } = record.timing;
  return {
    ...record,
    timing: {
      ...(allOf(times, seconds) as Omit<FinishedRecord['timing'], 'curve'>),
      curve: curve.map((point) => ({ ...point, seconds })),
    },
    latency: record.latency.map(({ batch, samples }) => ({
      batch,
      samples,
      ...{ minMs: seconds * 1000, medianMs: seconds * 1000, meanMs: seconds * 1000, p99Ms: seconds * 1000 },
      imagesPerSecond: seconds === 0 ? 0 : batch / seconds,
    })),
    model: {
      ...record.model,
      notes: { fitSecondsOfRounds: `${seconds} ${seconds}`, predictSecondsOfRounds: `${seconds} ${seconds}` },
    },
  };
}

/** A record whose images are all predicted as one class, with one confidence. */
function predicting(record: FinishedRecord, label: number, confidence: number): FinishedRecord {
  const { test, classNames } = record.dataset;
  const classCount = classNames.length;
  const probabilities = new Float32Array(test * classCount).fill((1 - confidence) / (classCount - 1));
  for (let i = 0; i < test; i++) probabilities[i * classCount + label] = confidence;
  const prediction = { labels: new Uint8Array(test).fill(label), probabilities };
  const { gradCam: _, ...others } = record;
  return {
    ...others,
    metrics: { ...record.metrics, ...score(makeTruth(test, classCount), prediction, classCount) },
    predictions: encodeLabels(prediction.labels),
    confidence: encodeConfidence(prediction),
  };
}

/** A record without maps, with images of another size. */
function sized(record: FinishedRecord, height: number, width: number): FinishedRecord {
  const { pixelMaps: _, gradCam: __, ...others } = record;
  return { ...others, dataset: { ...record.dataset, shape: { height, width, channels: 1 } } };
}

function withPoints(record: FinishedRecord, loss: number | null): FinishedRecord {
  const { timing } = record;
  const curve = timing.curve.map((point) => ({
    ...point,
    loss,
    validationLoss: loss,
    accuracy: null,
    validationAccuracy: 1,
  }));
  return { ...record, timing: { ...timing, curve } };
}

/** A record of the scaling benchmark, which has no larger size. */
function stopped(record: FinishedRecord, reason: string): FinishedRecord {
  return { ...record, benchmark: 'scaling', model: { ...record.model, notes: { stopped: reason } } };
}

function failing(message: string): FitRecord {
  return makeFailedRecord({ images: 40 }, { error: { kind: message, message, stack: message } });
}

/** One field, given as a path with dots, and its values. */
const FIELDS: readonly (readonly [field: string, values: readonly unknown[]])[] = [
  ['startedAt', ['1970-01-01T00:00:00Z', '2099-12-31T23:59:59.999Z']],
  ['git', [null]],
  ['git.committedAt', ['1970-01-02T00:00:00+14:00', '2099-12-31T00:00:00-12:00']],
  ['git.branch', ['', null]],
  ['benchmark', ['references', 'scaling', 'engines', 'training', 'latency', 'quick', 'constructor']],
  ['command', ['npm run bench', 'npm run bench -- --models "', '$(reboot)', '\u0000']],
  ['machine.id', ['toString', 'x'.repeat(100)]],
  ['machine.cpu', ['', '|`\u001b[2J']],
  ['machine.cores', [1, MOST]],
  ['machine.memoryBytes', [0, 2 ** 50]],
  ['machine.gpu', [null]],
  ['software.packages', [{}, { '': '', constructor: '1', threads: 'many' }]],
  ['software.engine.version', [null, '']],
  ['software.engine.device', ['gpu', 'webgpu']],
  ['software.engine.threads', [MOST]],
  ['software.engine.settings', [{}, { toString: 'x' }]],
  ['dataset.name', ['tiny', ' ', '\u202e']],
  ['dataset.files', [{}, { a: 'f'.repeat(64) }]],
  ['dataset.train', [10_000, MOST]],
  ['dataset.validation', [5000, MOST]],
  ['dataset.normalization', ['']],
  ['dataset.classNames.3', ['\u001b]0;x\u0007', '__proto__', 'x'.repeat(500), '<b>|`']],
  ['model.id', ['constructor', 'full', 'knn', 'x'.repeat(100)]],
  ['model.role', ['reference']],
  ['model.kind', ['traditional', 'baseline']],
  ['model.family', ['', 'constructor']],
  ['model.params', [{}, { epochs: 1e308, name: 'a'.repeat(500), flag: true, toString: 0 }]],
  ['model.parameterCount', [0, null, MOST]],
  ['model.notes', [{}, { stopped: 5, converged: false, epochs: -1e308, rounds: 'x' }]],
  ['model.source', ['javascript:alert(1)', 'https://example.org']],
  ['seed', [0, 2 ** 32 - 1]],
  ['repeat', [MOST]],
  ['resources', [{ peakRssBytes: null, peakDeviceBytes: null, energyJoules: null }]],
  ['resources.peakRssBytes', [0, 2 ** 50]],
  ['resources.energyJoules', [0, 1e15]],
  ['metrics.kappa', [1e308, -1e308, null]],
  ['metrics.train', [{ accuracy: null, loss: null, images: 0 }]],
  ['metrics.train.loss', [1e308, -1e308, null]],
  ['metrics.train.accuracy', [0, 1]],
  ['timing.curve', [[]]],
  ['timing.firstStepSeconds', [null, 0, CENTURY_SECONDS]],
  ['timing.evaluateSeconds', [CENTURY_SECONDS]],
  ['timing.totalSeconds', [CENTURY_SECONDS]],
  ['latency', [[]]],
  ['latency.0.samples', [MOST]],
  ['layers.0.outputShape', [[1], [MOST, MOST]]],
  ['layers.0.parameters', [0, MOST]],
  ['layers.0.multiplyAdds', [MOST]],
  ['layers.0.name', ['|<b>']],
  ['pixelMaps.0.name', ['../x', '<b>']],
];

/** Whole records. */
const RECORDS: readonly (readonly [what: string, make: (record: FinishedRecord) => FitRecord])[] = [
  ['no time at all', (record) => lasting(record, 0)],
  ['a century each', (record) => lasting(record, CENTURY_SECONDS)],
  ['a nanosecond each', (record) => lasting(record, 1e-9)],
  ['always right or wrong for sure', (record) => predicting(record, 9, 1)],
  ['one class without any confidence', (record) => predicting(record, 0, 0)],
  ['images of one pixel', (record) => sized(record, 1, 1)],
  ['images of endless size', (record) => sized(record, MOST, MOST)],
  ['a reason of 20,000 characters to stop', (record) => stopped(record, 'x'.repeat(20_000))],
  ['a message of 20,000 characters', () => failing('x'.repeat(20_000))],
  ['a message of 20,000 lines', () => failing('x\n'.repeat(20_000))],
  ['losses of 1e308', (record) => withPoints(record, 1e308)],
  ['losses of -1e308', (record) => withPoints(record, -1e308)],
  ['no losses', (record) => withPoints(record, null)],
];

/** Shapes of records with other predictions. */
const SHAPES: readonly (readonly [what: string, shape: RecordShape])[] = [
  ['one test image', { images: 1 }],
  ['two classes', { classCount: 2 }],
  ['three classes of three images', { classCount: 3, images: 3 }],
  ['no probabilities', { probabilities: false }],
  ['all right', { accuracy: 1 }],
  ['all wrong', { accuracy: 0, never: [0, 1, 2, 3, 4, 5, 6, 7, 8] }],
  ['another number of images of the same split', { images: 300 }],
];

/** A valid record with extreme values. */
export interface Extreme {
  readonly what: string;
  readonly record: FitRecord;
}

/**
 * Makes valid records with extreme values, one after the other.
 *
 * @param shape of all records, for those whose shape does not matter
 */
export function makeExtremes(shape: RecordShape = {}): Extreme[] {
  const full = makeFullRecord(shape);
  return [
    ...FIELDS.flatMap(([field, values]) =>
      values.map((value) => ({
        what: `${field} = ${JSON.stringify(value).slice(0, 60)}`,
        record: setAt(full, parsePath(field), value),
      })),
    ),
    ...RECORDS.map(([what, make]) => ({ what, record: make(full) })),
    ...SHAPES.map(([what, one]) => {
      const { gradCam: _, latency: __, ...record } = makeFullRecord({ ...shape, ...one });
      return { what, record: { ...record, latency: [] } };
    }),
  ];
}
