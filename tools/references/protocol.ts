// What the harness and a reference's process say to each other, in two JSON files; reference.py is the other end.
import { z } from 'zod';
import { messageOf } from '../../src/base/errors.ts';
import { checkPrediction } from '../../src/metrics/score.ts';
import type { ParamValue, Prediction } from '../../src/types.ts';

/** What a reference is to fit. */
export interface ReferenceJob {
  /** Folder of `train.bytes`, `train.labels`, `test.bytes`. */
  readonly folder: string;
  /** Numbers of one image. */
  readonly imageSize: number;
  readonly classCount: number;
  /** Module and class. */
  readonly estimator: string;
  readonly arguments: Readonly<Record<string, ParamValue>>;
  /** Packages whose versions it reports. */
  readonly packages: readonly string[];
  /** Attribute of the fitted estimator by the note that its sum becomes. */
  readonly notes: Readonly<Record<string, string>>;
}

const seconds = z.number().nonnegative();

const answerSchema = z.strictObject({
  python: z.string(),
  versions: z.record(z.string(), z.string()),
  threads: z.number().int().positive(),
  /** What it computed on; a graphics card only by CUDA. */
  device: z.enum(['cpu', 'gpu']).default('cpu'),
  /** From the program's start to the images in memory. */
  setupSeconds: seconds,
  /** Of a warm-up before the clock; null where the estimator has none. */
  firstStepSeconds: seconds.nullable().default(null),
  fitSeconds: seconds,
  /** All test images, labels only. */
  predictSeconds: seconds,
  peakRssBytes: z.number().int().nonnegative(),
  peakDeviceBytes: z.number().int().nonnegative().nullable().default(null),
  /** Of a network, the running means and variances of its normalisations among them. */
  parameterCount: z.number().int().positive().nullable().default(null),
  /** Base64 of a byte a test image. */
  labels: z.base64(),
  /** Base64 of images x classes 32-bit floats, little end first; null where the estimator has none. */
  probabilities: z.base64().nullable(),
  /** A point an epoch, of networks only; seconds since the fit began. */
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

/** What a reference found, its predictions decoded. */
export type ReferenceAnswer = Omit<z.infer<typeof answerSchema>, 'labels' | 'probabilities'> & {
  readonly prediction: Prediction;
};

/**
 * Reads a reference's answer.
 *
 * @param text JSON as the reference wrote it
 * @param expected test images, and classes they may belong to
 * @throws Error when the text is no JSON, has another form, or its predictions do not fit the test images
 */
export function parseAnswer(text: string, expected: { count: number; classCount: number }): ReferenceAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`malformed answer of the reference: not JSON, or cut short: "${text.slice(0, 40)}"`, { cause });
  }
  const checked = answerSchema.safeParse(value);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    throw new Error(`malformed answer of the reference: ${path.join('.') || 'all of it'}: ${message}`);
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

/** Bytes beyond a whole number are left out: the count that follows then says what is wrong. */
function toFloats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}
