// The record: one JSON document for each fit, checked when it is written and when it is read. Reports, diff and history
// know of a run only what its records hold.
import { z } from 'zod';
import { LATEST_VERSION } from './migrate.ts';

/** The version that is written. Older versions are migrated when they are read. */
export const SCHEMA_VERSION = LATEST_VERSION;

const count = z.number().int().nonnegative();
const fraction = z.number().min(0).max(1);
const seconds = z.number().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const paramValue = z.union([z.number(), z.string(), z.boolean()]);

const perClass = z.strictObject({
  label: count,
  /** null when the class was never predicted. */
  precision: fraction.nullable(),
  /** null when the class does not occur in the truth. */
  recall: fraction.nullable(),
  /** null when the class neither occurs nor was predicted. */
  f1: fraction.nullable(),
  /** How many images of this class there are. */
  support: count,
});

/** Accuracy and mean log loss on a part of the data; null where the model has no probabilities or there was no image. */
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
  /** On at most 10,000 of the images fitted on. */
  train: partScore,
  validation: partScore,
});

/** Metrics that were added to the list later stand under their keys, so that records with and without them are read. */
const metrics = knownMetrics.catchall(z.number().nullable()) as unknown as z.ZodType<Metrics>;

const curvePoint = z.strictObject({
  epoch: z.number().int().positive(),
  /** Training seconds since the fit began, validation passes left out. */
  seconds,
  loss: z.number().nullable(),
  accuracy: fraction.nullable(),
  validationLoss: z.number().nullable(),
  validationAccuracy: fraction.nullable(),
});

const timing = z.strictObject({
  /** Start of the process, engine and data. */
  setupSeconds: seconds,
  /** A throw-away model's first step: graph compilation, kernel loading; null for models without a warm-up. */
  firstStepSeconds: seconds.nullable(),
  /** From the first touch of the training images to final weights, device idle, validation passes left out. */
  trainSeconds: seconds,
  /** Validation passes during and after the fit, and the score on training images. */
  evaluateSeconds: seconds,
  /** All test images, labels on the host. */
  predictSeconds: seconds,
  /** From the start of the process to its end. */
  totalSeconds: seconds,
  curve: z.array(curvePoint),
});

const latency = z.strictObject({
  /** Images in one call. */
  batch: z.number().int().positive(),
  samples: z.number().int().positive(),
  /** Milliseconds a call. */
  medianMs: z.number().nonnegative(),
  p99Ms: z.number().nonnegative(),
  meanMs: z.number().nonnegative(),
  minMs: z.number().nonnegative(),
  /** Images a second at the median. */
  imagesPerSecond: z.number().nonnegative(),
});

const pixelMap = z.strictObject({
  /** What is shown: `importance`, `weight for Sandal`. */
  name: z.string().min(1),
  height: z.number().int().positive(),
  width: z.number().int().positive(),
  /** Base64 of height x width 32-bit floats, row-major, little-endian. */
  values: z.base64(),
});

const layer = z.strictObject({
  name: z.string().min(1),
  /** What it computes: `Conv2D`, `Dense`. */
  kind: z.string().min(1),
  /** Of one image. */
  outputShape: z.array(count),
  parameters: count,
  /** For one image; what is done value by value is left out. */
  multiplyAdds: count,
});

const gradCam = z.strictObject({
  /** Name of the convolution that was asked. */
  layer: z.string().min(1),
  /** Size of one map. */
  height: z.number().int().positive(),
  width: z.number().int().positive(),
  images: z.array(
    z.strictObject({
      /** Position in the test images. */
      image: count,
      /** The class that was predicted, which the map explains. */
      label: count,
      /** Base64 of height x width bytes, row-major: 255 where most speaks for the class. */
      map: z.base64(),
    }),
  ),
});

const base = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** UTC, ISO 8601. */
  startedAt: z.iso.datetime(),
  benchmark: z.string().min(1),
  /** What to type to make this record again. */
  command: z.string().min(1),
  git: z
    .strictObject({ commit: z.string(), dirty: z.boolean(), branch: z.string().nullable(), committedAt: z.string() })
    .nullable(),
  machine: z.strictObject({
    id: z.string().min(1),
    os: z.string(),
    cpu: z.string(),
    cores: z.number().int().positive(),
    memoryBytes: count,
    gpu: z.strictObject({ model: z.string(), driver: z.string(), memoryBytes: count }).nullable(),
  }),
  software: z.strictObject({
    node: z.string(),
    packages: z.record(z.string(), z.string()),
    engine: z.strictObject({
      name: z.string(),
      version: z.string().nullable(),
      backend: z.string().nullable(),
      device: z.enum(['cpu', 'gpu', 'webgpu']),
      threads: z.number().int().positive(),
      /** Variables of the environment that change what the engine computes or how fast, by name. */
      settings: z.record(z.string(), z.string()).optional(),
      /** The graphics card as WebGPU knows it; absent on other engines. */
      adapter: z
        .strictObject({
          name: z.string().min(1),
          vendor: z.string(),
          architecture: z.string(),
          api: z.enum(['Vulkan', 'Metal', 'D3D12']),
          driver: z.string(),
          isSoftware: z.boolean(),
        })
        .optional(),
    }),
  }),
  dataset: z.strictObject({
    name: z.string(),
    /** SHA-256 of the decompressed bytes, by file name. */
    files: z.record(z.string(), sha256),
    splitHash: sha256,
    shape: z.strictObject({ height: count, width: count, channels: count }),
    train: count,
    validation: count,
    test: count,
    classNames: z.array(z.string()).min(2),
    normalization: z.string(),
  }),
  model: z.strictObject({
    id: z.string().min(1),
    /** A reference is another project's program, measured for comparison only. */
    role: z.enum(['model', 'reference']),
    /** The id of our model that a reference is measured against; absent for models. */
    referenceOf: z.string().min(1).optional(),
    family: z.string(),
    kind: z.enum(['traditional', 'deep', 'baseline']),
    engine: z.string(),
    summary: z.string(),
    source: z.string().nullable(),
    params: z.record(z.string(), paramValue),
    parameterCount: count.nullable(),
    notes: z.record(z.string(), paramValue),
    /** Of the model's file and everything of this project that it imports. */
    sourceHash: sha256,
  }),
  seed: count,
  /** Which of several fits of the same model, parameters and seed; 1 for the first. */
  repeat: z.number().int().positive(),
  resources: z.strictObject({
    peakRssBytes: count.nullable(),
    peakDeviceBytes: count.nullable(),
    /** What the device used during the fit; null where it does not say. */
    energyJoules: z.number().nonnegative().nullable(),
  }),
});

const finished = base.extend({
  status: z.literal('ok'),
  metrics,
  timing,
  /** Base64 of one byte a test image: the class predicted. */
  predictions: z.base64(),
  /** Base64 of one byte a test image: the probability of the class predicted, 0-255; null without probabilities. */
  confidence: z.base64().nullable(),
  /** Prediction latency by batch size; empty unless the latency benchmark measured it. */
  latency: z.array(latency),
  /** What the model makes of each pixel; absent when it says nothing of pixels. */
  pixelMaps: z.array(pixelMap).min(1).optional(),
  /** The network's layers; absent when the model is none. */
  layers: z.array(layer).min(1).optional(),
  /** Where a convolutional network looked on some test images (Grad-CAM); absent when the model is none. */
  gradCam: gradCam.optional(),
  error: z.null(),
});

const unfinished = base.extend({
  status: z.enum(['failed', 'timed-out', 'aborted']),
  metrics: z.null(),
  timing: z.strictObject({ totalSeconds: seconds }),
  predictions: z.null(),
  confidence: z.null(),
  latency: z.array(latency).max(0),
  error: z.strictObject({ kind: z.string(), message: z.string(), stack: z.string().nullable() }),
});

/** Checks any JSON value against the record's form. Only a record whose status is `ok` has metrics. */
export const recordSchema = z.discriminatedUnion('status', [finished, unfinished]);

export type FinishedRecord = z.infer<typeof finished>;
export type UnfinishedRecord = z.infer<typeof unfinished>;
/** What one fit left behind. */
export type FitRecord = FinishedRecord | UnfinishedRecord;
/** Scores on the test images; `train` and `validation` on the other parts. A metric that is not defined is null. */
export interface Metrics extends KnownMetrics {
  /** A metric that not every record has: a number, or null where it is not defined. */
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

/**
 * Tells whether a fit came to its end.
 *
 * @param record any record
 */
export function isFinished(record: FitRecord): record is FinishedRecord {
  return record.status === 'ok';
}
