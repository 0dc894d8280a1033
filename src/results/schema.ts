// The record: one JSON document for each fit, checked when it is written and when it is read. Reports, diff and history
// know of a run only what its records hold.
import { z } from 'zod';
import { engineFacts } from './engine-facts.ts';
import { gradCam, layer, pixelMap } from './explanation-fields.ts';
import {
  classNames,
  commitHash,
  count,
  folderName,
  fraction,
  identifier,
  joules,
  listOf,
  memoryBytes,
  milliseconds,
  noteValue,
  paramValue,
  positiveCount,
  seconds,
  seed,
  sha256,
  text,
  utcTime,
  zonedTime,
} from './field-types.ts';
import { machineFacts } from './machine-facts.ts';
import { LATEST_VERSION } from './migrate.ts';

/** The version that is written. Older versions are migrated when they are read. */
export const SCHEMA_VERSION = LATEST_VERSION;

const perClass = z.strictObject({
  label: count,
  /** null if the class was never predicted. */
  precision: fraction.nullable(),
  /** null if no image has the class. */
  recall: fraction.nullable(),
  /** null if no image has the class and it was never predicted. */
  f1: fraction.nullable(),
  /** Number of images of the class. */
  support: count,
});

/** Accuracy and mean log loss on a part of the data. Both are null without images, the loss also without probabilities. */
const partScore = z.strictObject({ accuracy: fraction.nullable(), loss: z.number().nullable(), images: count });

/** The fields of `metrics` that every record has. */
const knownMetrics = z.object({
  accuracy: fraction,
  /** Mean recall over the classes that occur. */
  balancedAccuracy: fraction,
  macroF1: fraction,
  weightedF1: fraction,
  /** Mean negative log-likelihood in nats; null without probabilities. */
  logLoss: z.number().nonnegative().nullable(),
  /** Expected calibration error, 15 equal-width bins; null without probabilities. */
  calibrationError: fraction.nullable(),
  perClass: z.array(perClass),
  /** Rows are the truth, columns the prediction. */
  confusion: z.array(z.array(count)),
  /** On the first training images, at most as many as there are test images. */
  train: partScore,
  validation: partScore,
});

/** Metrics that the list gained later are stored under their keys. Records with and without them are valid. */
const metrics = knownMetrics.catchall(z.number().nullable()) as unknown as z.ZodType<Metrics>;

/** A point of a learning curve. */
export const curvePoint = z.strictObject({
  epoch: positiveCount,
  /** Training seconds since the start of the fit, without validation passes. */
  seconds,
  loss: z.number().nullable(),
  accuracy: fraction.nullable(),
  validationLoss: z.number().nullable(),
  validationAccuracy: fraction.nullable(),
});

const timing = z.strictObject({
  /** From the start of the process until engine and data are loaded. */
  setupSeconds: seconds,
  /** The warm-up: the first step of a temporary model, which compiles graphs and loads kernels; null without a warm-up. */
  firstStepSeconds: seconds.nullable(),
  /** From the first access to the training images until the weights are final and the device is idle, without validation. */
  trainSeconds: seconds,
  /** Validation passes during and after the fit, and the prediction of training images. */
  evaluateSeconds: seconds,
  /** Prediction of all test images, until the labels are in host memory. */
  predictSeconds: seconds,
  /** From the start of the process to its end. */
  totalSeconds: seconds,
  curve: listOf(curvePoint),
});

const span = z.strictObject({
  wallSeconds: seconds,
  /** Of all threads and descendants of the process; null where the system does not tell. */
  processorSeconds: seconds.nullable(),
});

/** What the harness measured from outside of the process of the fit, from request to answer. */
const harnessClock = z.strictObject({
  /** From the start of the process until the images to fit on are loaded, without the warm-up. */
  setup: span,
  /** null without a warm-up. */
  warmUp: span.nullable(),
  /** From the call of `create` until `fit` has resolved, validation passes included. */
  fit: span,
  /** Prediction of all test images. */
  predict: span,
  /** Prediction of validation and training images after the fit. */
  evaluate: span,
});

/** Latency at one batch size. */
export const latency = z.strictObject({
  /** Images per call. */
  batch: positiveCount,
  samples: positiveCount,
  /** Milliseconds per call. */
  medianMs: milliseconds,
  p99Ms: milliseconds,
  meanMs: milliseconds,
  minMs: milliseconds,
  /** Images per second at the median. */
  imagesPerSecond: z.number().nonnegative(),
});

const base = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** UTC, ISO 8601. */
  startedAt: utcTime,
  benchmark: identifier,
  /** The command that makes this record again. */
  command: z.string().min(1),
  git: z
    .strictObject({ commit: commitHash, dirty: z.boolean(), branch: text.nullable(), committedAt: zonedTime })
    .nullable(),
  /** Why `git` is null; absent in older records. */
  noCommit: text.min(1).optional(),
  machine: machineFacts,
  software: z.strictObject({
    node: text,
    packages: z.record(text, text),
    engine: engineFacts,
    /** Whether the process of the fit could read only code, packages and the engine, and write nothing that lasts. */
    isRestricted: z.boolean(),
  }),
  dataset: z.strictObject({
    name: folderName,
    /** SHA-256 of the decompressed bytes, by file name. */
    files: z.record(text, sha256),
    splitHash: sha256,
    shape: z.strictObject({ height: positiveCount, width: positiveCount, channels: positiveCount }),
    train: count,
    validation: count,
    test: count,
    classNames,
    normalization: text,
  }),
  model: z.strictObject({
    id: identifier,
    /** `reference`: a reference implementation, a program of another project that is measured for comparison only. */
    role: z.enum(['model', 'reference']),
    /** The id of our model that the reference implementation is compared with; absent for our models. */
    referenceOf: identifier.optional(),
    family: text,
    kind: z.enum(['traditional', 'deep', 'baseline']),
    engine: text,
    summary: text,
    source: text.nullable(),
    params: z.record(text, paramValue),
    parameterCount: count.nullable(),
    notes: z.record(text, noteValue),
    /** SHA-256 of the model's TypeScript. */
    sourceHash: sha256,
    /** SHA-256 of all code, files and packages that the model's result depends on; absent in older records. */
    codeHash: sha256.optional(),
    /** What the result may depend on that `codeHash` does not cover; absent if nothing is known. */
    unhashed: z.array(text.min(1)).min(1).optional(),
  }),
  seed,
  /** Number of the fit among those of equal model, parameters and seed, from 1. */
  repeat: positiveCount,
  resources: z.strictObject({
    peakRssBytes: memoryBytes.nullable(),
    peakDeviceBytes: memoryBytes.nullable(),
    /** Energy that the device used during the fit; null if the device does not report it. */
    energyJoules: joules.nullable(),
  }),
  /** What makes the numbers of the fit doubtful, in sentences: a claim that the harness measured otherwise, a diverged fit. */
  cautions: listOf(text.min(1)),
});

const finished = base.extend({
  status: z.literal('ok'),
  metrics,
  timing,
  /** Base64 of one byte per test image: the predicted class. */
  predictions: z.base64(),
  /** Base64 of one byte per test image: 255 times the probability of the predicted class; null without probabilities. */
  confidence: z.base64().nullable(),
  /** Prediction latency by batch size; empty unless the latency benchmark measured it. */
  latency: listOf(latency),
  /** Weights or importances of pixels; absent if the model has none. */
  pixelMaps: listOf(pixelMap).min(1).optional(),
  /** Layers of a network; absent for other models. */
  layers: listOf(layer).min(1).optional(),
  /** Grad-CAM maps of some test images; absent if the model is not a convolutional network. */
  gradCam: gradCam.optional(),
  /** Whether the fit read its seed or drew random numbers. Absent for reference implementations, and in records of version 3. */
  usesSeed: z.boolean().optional(),
  /** Absent for reference implementations, and in records of version 3. */
  clock: harnessClock.optional(),
  error: z.null(),
});

const unfinished = base.extend({
  status: z.enum(['failed', 'timed-out', 'aborted']),
  metrics: z.null(),
  timing: z.strictObject({
    totalSeconds: seconds,
    /** The learning curve until the fit ended; absent without a point, and in older records. */
    curve: listOf(curvePoint).min(1).optional(),
  }),
  predictions: z.null(),
  confidence: z.null(),
  latency: z.array(latency).max(0),
  error: z.strictObject({
    kind: z.string(),
    message: z.string(),
    stack: z.string().nullable(),
    /** The line of the model's code that failed; absent if the stack names none, and in older records. */
    place: z.strictObject({ file: text, line: positiveCount, column: positiveCount, source: text }).optional(),
  }),
});

/** The schema of a record. Only a record with status `ok` has metrics. */
export const recordSchema = z.discriminatedUnion('status', [finished, unfinished]);

/** The schema of the fields by which records are chosen. Others may have any value, or be absent. */
export const headSchema = z.looseObject({
  ...pick(base.shape, ['schemaVersion', 'startedAt', 'benchmark', 'command', 'git', 'seed', 'repeat']),
  status: z.enum([finished.shape.status.value, ...unfinished.shape.status.options]),
  machine: z.looseObject(pick(base.shape.machine.shape, ['id'])),
  software: z.looseObject({
    ...pick(base.shape.software.shape, ['packages']),
    engine: z.looseObject(pick(engineFacts.shape, ['device'])),
  }),
  dataset: z.looseObject(pick(base.shape.dataset.shape, ['splitHash'])),
  model: z.looseObject(pick(base.shape.model.shape, ['id', 'role', 'params', 'sourceHash', 'codeHash'])),
  usesSeed: finished.shape.usesSeed,
});

export type FinishedRecord = z.infer<typeof finished>;
export type UnfinishedRecord = z.infer<typeof unfinished>;
/** The record of one fit. */
export type FitRecord = FinishedRecord | UnfinishedRecord;
/** Scores on the test images, and under `train` and `validation` on the other parts. A metric is null if it is not defined. */
export interface Metrics extends KnownMetrics {
  /** A metric that not all records have: a number, or null if it is not defined. */
  [key: string]: KnownMetrics[keyof KnownMetrics];
}
type KnownMetrics = z.infer<typeof knownMetrics>;
/** The part of `Metrics` that is about the test images. */
export type TestScores = Omit<KnownMetrics, 'train' | 'validation'>;
export type PerClass = z.infer<typeof perClass>;
export type PartScore = z.infer<typeof partScore>;
export type CurvePoint = z.infer<typeof curvePoint>;
export type Latency = z.infer<typeof latency>;
export type GradCamRecord = z.infer<typeof gradCam>;
export type PixelMapRecord = z.infer<typeof pixelMap>;
export type Timing = z.infer<typeof timing>;
export type HarnessClock = z.infer<typeof harnessClock>;

/**
 * Tells whether a fit finished.
 *
 * @param record any record
 */
export function isFinished(record: FitRecord): record is FinishedRecord {
  return record.status === 'ok';
}

function pick<T extends object, K extends keyof T>(shape: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, shape[key]])) as unknown as Pick<T, K>;
}
