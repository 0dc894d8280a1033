// The two JSON files between the harness and a reference's process: its job, and its answer. `reference.py` is the other end.
import { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { checkPrediction } from '../metrics/score.ts';
import type { ParamValue, Prediction } from '../types.ts';

/** What a reference has to fit. */
export interface ReferenceJob {
  /** Folder of `train.bytes`, `train.labels`, `test.bytes`. */
  readonly folder: string;
  /** Numbers per image. */
  readonly imageSize: number;
  readonly classCount: number;
  /** Module and class. */
  readonly estimator: string;
  readonly arguments: Readonly<Record<string, ParamValue>>;
  /** Packages whose versions the answer states. */
  readonly packages: readonly string[];
  /** Attribute of the fitted estimator, by the name of the note that its sum becomes. */
  readonly notes: Readonly<Record<string, string>>;
}

const seconds = z.number().nonnegative();

const answerSchema = z.strictObject({
  python: z.string(),
  versions: z.record(z.string(), z.string()),
  threads: z.number().int().positive(),
  /** What it computed on; `gpu` is a card that CUDA uses. */
  device: z.enum(['cpu', 'gpu']).default('cpu'),
  /** From the program's start to the images in memory. */
  setupSeconds: seconds,
  /** Of the warm-up before the clock starts; null when the estimator has none. */
  firstStepSeconds: seconds.nullable().default(null),
  fitSeconds: seconds,
  /** For the labels of all test images. */
  predictSeconds: seconds,
  peakRssBytes: z.number().int().nonnegative(),
  peakDeviceBytes: z.number().int().nonnegative().nullable().default(null),
  /** Of a network, including the running means and variances of batch normalisation. */
  parameterCount: z.number().int().positive().nullable().default(null),
  /** Base64 of one byte per test image. */
  labels: z.base64(),
  /** Base64 of test images x classes 32-bit floats, little-endian; null when the estimator has no probabilities. */
  probabilities: z.base64().nullable(),
  /** One point per epoch of a network, with the seconds since the fit began; empty for other estimators. */
  curve: z.array(
    z.strictObject({
      epoch: z.number().int().positive(),
      seconds,
      loss: z.number(),
      accuracy: z.number().min(0).max(1),
    }),
  ),
  notes: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
});

/** A reference's answer with its predictions decoded. */
export type ReferenceAnswer = Omit<z.infer<typeof answerSchema>, 'labels' | 'probabilities'> & {
  readonly prediction: Prediction;
};

/**
 * Reads a reference's answer.
 *
 * @param text JSON as the reference wrote it
 * @param expected test images, and classes they may belong to
 * @throws Error when the text is no JSON, does not follow the schema, or its predictions do not fit the test images
 */
export function parseAnswer(text: string, expected: { count: number; classCount: number }): ReferenceAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`malformed answer of the reference: not JSON, or truncated: "${text.slice(0, 40)}"`, { cause });
  }
  const checked = answerSchema.safeParse(value);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    throw new Error(`malformed answer of the reference: ${path.join('.') || 'the whole answer'}: ${message}`);
  }
  const { labels, probabilities, ...facts } = checked.data;
  const prediction: Prediction = {
    labels: decode(labels),
    ...(probabilities !== null && { probabilities: toFloats(decode(probabilities)) }),
  };
  try {
    checkPrediction(prediction, expected.count, expected.classCount);
  } catch (cause) {
    throw new Error(`malformed answer of the reference: ${messageOf(cause)}`, { cause });
  }
  return { ...facts, prediction };
}

function decode(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Ignores bytes beyond the last whole number: the check of the counts then reports the mistake. */
function toFloats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}
