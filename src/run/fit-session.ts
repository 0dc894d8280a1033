// What the harness asks of a model, one request after another. The answers come from the model's process, so they are
// checked before they are used: nothing in them is trusted, except that it has the form that is described here.
import { z } from 'zod';
import { engineFacts } from '../results/engine-facts.ts';
import { layer } from '../results/explanation-fields.ts';
import { noteValue, seconds } from '../results/field-types.ts';
import { curvePoint, latency } from '../results/schema.ts';
import type { FitContext, Images, LabelledImages } from '../types.ts';

/** The parts of the data that a model is given. */
export type Part = 'train' | 'validation' | 'test';

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array, 'Invalid input: expected Float32Array');
/** A loss that is not finite is not a malformed answer: the fit diverged. */
const anyNumber = z.custom<number>((value) => typeof value === 'number', 'Invalid input: expected number');
const loss = anyNumber.nullable();

const preparedAnswer = z.object({ engine: engineFacts, needsWarmUp: z.boolean() });

const reportedPoint = curvePoint.extend({ loss, validationLoss: loss });

const times = z.object({
  /** From the call of `create` until the device is idle after the fit, in this process. */
  fitSeconds: seconds,
  /** The duration of each call of `evaluating`. */
  evaluations: z.array(seconds).readonly(),
  /** Waiting for checkpoints to be written. */
  checkpointSeconds: seconds,
  /** Training and evaluation in the earlier processes that this fit continues. */
  earlier: z.object({ trainSeconds: seconds, evaluateSeconds: seconds }),
  /** Epochs ascend, and so do their times. */
  curve: z
    .array(reportedPoint)
    .superRefine((points, context) => {
      for (const [i, point] of points.entries()) {
        const before = points[i - 1];
        if (before && point.epoch <= before.epoch) {
          context.addIssue({ code: 'custom', message: `epoch ${point.epoch} follows epoch ${before.epoch}` });
        }
        if (before && point.seconds < before.seconds) {
          context.addIssue({ code: 'custom', message: `epoch ${point.epoch} ended before epoch ${before.epoch}` });
        }
      }
    })
    .readonly(),
});

const fitAnswer = z.object({
  times,
  parameterCount: z.number().int().nonnegative().optional(),
  notes: z.record(z.string(), noteValue).optional(),
  pixelMaps: z
    .array(z.object({ name: z.string().min(1), values: floats }))
    .readonly()
    .optional(),
  layers: z.array(layer).readonly().optional(),
  /** Whether the classifier has a method `gradCam`. */
  hasGradCam: z.boolean(),
  /** Whether the fit read its seed or drew from `Math.random`. */
  usesSeed: z.boolean(),
});

const predictAnswer = z.object({ labels: z.unknown(), probabilities: z.unknown().optional(), seconds });

const gradCamAnswer = z.object({
  layer: z.string().min(1),
  height: z.number().int().positive(),
  width: z.number().int().positive(),
  maps: floats,
});

/** The form of the answer to each request. */
export const answerSchemas = {
  prepare: preparedAnswer,
  'warm-up': z.null(),
  receive: z.null(),
  fit: fitAnswer,
  predict: predictAnswer,
  latency: z.array(latency),
  'grad-cam': gradCamAnswer,
  save: z.object({ isSaved: z.boolean() }),
  end: z.object({ peakDeviceBytes: z.number().nonnegative().nullable() }),
} as const;

/** The name of a request. */
export type RequestName = keyof typeof answerSchemas;
type Answer<Name extends RequestName> = z.infer<(typeof answerSchemas)[Name]>;

export type PreparedAnswer = Answer<'prepare'>;
export type FitAnswer = Answer<'fit'>;
export type FitAnswerTimes = FitAnswer['times'];
export type PredictAnswer = Answer<'predict'>;
export type GradCamAnswer = Answer<'grad-cam'>;
export type EndAnswer = Answer<'end'>;
/** A point of the learning curve as a model reports it: a loss may be infinite or NaN. */
export type ReportedPoint = z.infer<typeof reportedPoint>;

/** The times of a fit and its learning curve so far. */
export interface FitTimes {
  readonly curve: readonly ReportedPoint[];
  /** Training, without the work inside `evaluating`. */
  readonly trainSeconds: number;
  /** Work inside `evaluating`, and waiting for checkpoints. */
  readonly evaluateSeconds: number;
}

/** The content of a checkpoint. */
export interface Kept extends FitTimes {
  /** What the model needs to continue, as the bytes of structured cloning. */
  readonly state: Uint8Array;
}

/** Where the checkpoint of a fit is. */
export interface CheckpointStore {
  /** Returns null if the fit starts from the beginning. */
  load(): Promise<Kept | null>;
  save(kept: Kept): Promise<void>;
}

/** A model in its process. Requests follow one another: each starts when the one before has been answered. */
export interface FitSession {
  /** Loads the model and its engine. */
  prepare(): Promise<PreparedAnswer>;
  /** Lets a throw-away model take its first step on a few images and predict them. */
  warmUp(few: LabelledImages): Promise<null>;
  /** Gives a part of the data to the process. The test images have no labels. */
  receive(part: Part, images: Images | LabelledImages): Promise<null>;
  /** Creates the classifier, and fits it on the images that the process has received. */
  fit(checkpoint: CheckpointStore | null): Promise<FitAnswer>;
  /** Predicts the first `count` images of a part. The form of the prediction is not checked. */
  predict(part: Part, count: number): Promise<PredictAnswer>;
  /** Measures the latency of predictions of test images. */
  latency(batches: readonly number[]): Promise<Answer<'latency'>>;
  /** Computes Grad-CAM maps of test images, by their positions, for these classes. */
  gradCam(positions: readonly number[], labels: Uint8Array): Promise<GradCamAnswer>;
  /** Returns the fitted model as the bytes of structured cloning; null if the model cannot be saved. */
  save(): Promise<Uint8Array | null>;
  /** Disposes of the model. Only a session that is no longer needed may end. */
  end(): Promise<EndAnswer>;
}

/** A message from the process of a fit. */
export const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), value: z.unknown() }),
  z.object({
    type: z.literal('progress'),
    progress: z.object({
      done: z.number(),
      total: z.number(),
      unit: z.string(),
      detail: z.string().optional(),
    }),
  }),
  /** A point of the learning curve, as soon as it is known: it outlives a fit that does not finish. */
  z.object({ type: z.literal('point'), point: reportedPoint }),
  /** The state of the fit follows as the body. */
  z.object({
    type: z.literal('checkpoint'),
    times: z.object({ curve: times.shape.curve, trainSeconds: seconds, evaluateSeconds: seconds }),
  }),
  /** The request has failed. */
  z.object({ type: z.literal('failed'), kind: z.string(), message: z.string(), stack: z.string().nullable() }),
]);

/** The form of a message. */
export type FitMessage = z.infer<typeof messageSchema>;

/**
 * Says what is wrong with a value, in one line: `times.curve.0.epoch: expected number`.
 *
 * @param error of a schema
 */
export function describeIssues({ issues }: z.ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || 'the value'}: ${message}`)
    .join('; ');
}

/** The job of a model's process. It names no file of the data or the cache. */
export interface ModelJob extends Pick<FitContext, 'params' | 'seed' | 'device' | 'threads' | 'classNames' | 'shape'> {
  /** URL of the module that exports the model, alone or in a list. */
  readonly modelModule: string;
  readonly modelId: string;
}

/** A message to the process of a fit. Each but the last is answered. */
export type FitRequest =
  | { readonly type: 'prepare'; readonly job: ModelJob }
  /** The bytes of the images follow as the body. */
  | { readonly type: 'warm-up'; readonly labels: Uint8Array }
  /** The bytes of the images follow as the body. The test images have no labels. */
  | { readonly type: 'receive'; readonly part: Part; readonly count: number; readonly labels: Uint8Array | null }
  /** If the fit continues an earlier one, `times` are those of the earlier one, and its state follows as the body. */
  | { readonly type: 'fit'; readonly hasCheckpoint: boolean; readonly times: FitTimes | null }
  | { readonly type: 'predict'; readonly part: Part; readonly count: number }
  | { readonly type: 'latency'; readonly batches: readonly number[] }
  | { readonly type: 'grad-cam'; readonly positions: readonly number[]; readonly labels: Uint8Array }
  /** The answer is followed by the saved model as the body. */
  | { readonly type: 'save' }
  | { readonly type: 'end' }
  /** The checkpoint that the process sent was written. */
  | { readonly type: 'checkpoint-written' };
