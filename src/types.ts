// The interface between models and the harness: everything that the author of a model needs to know.
// A model file calls `defineModel` with a description and a `create` function. `create` returns a `Classifier`, which is
// given `Images` and returns a `Prediction`. docs/models.md explains how to add a model.
import type { Checkpoint, EpochReport, Progress } from './base/fit-events.ts';
import type { GradCam, GradCamOptions, LayerSummary } from './base/network-types.ts';
import type { Params, ParamValue } from './base/params.ts';

export { type BenchmarkDefinition, defineBenchmark } from './base/benchmark.ts';
export type { Checkpoint, EpochReport, GradCam, GradCamOptions, LayerSummary, Params, ParamValue, Progress };

/** The group of methods that a model is compared with as a whole. */
export type Kind = 'traditional' | 'deep' | 'baseline';

/** What computes: `cpu` is the processor, `gpu` an NVIDIA card (CUDA), `webgpu` any graphics card (WebGPU). */
export type Device = 'cpu' | 'gpu' | 'webgpu';

/** Size of one image. Pixels are stored row-major, channels last. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Images as bytes and as floats. All models share both arrays (in shared memory), so a model must not write to them. */
export interface Images {
  /** Number of images; may be 0. */
  readonly count: number;
  readonly shape: ImageShape;
  /** count x height x width x channels, row-major, 0 to 255. */
  readonly bytes: Uint8Array;
  /** The same values divided by 255, in [0, 1]. Set `needsPixels` if the model reads them. */
  readonly pixels: Float32Array;
}

/** Images and the class index of each. */
export interface LabelledImages extends Images {
  /** count class indices, 0 to classCount - 1. */
  readonly labels: Uint8Array;
}

/** Numbers in one array or in rows, plain or typed: `[3, 1]`, `Float64Array.of(0.2, 0.8)`, `[[0.2, 0.8], [1, 0]]`. */
export type Numbers = ArrayLike<number> | ArrayLike<ArrayLike<number>>;

/** What `predict` returns. The harness checks it and converts it to a `Prediction`. */
export interface ReturnedPrediction {
  /** One class index per image, such as `[3, 1]` or `Uint8Array.of(3, 1)`. */
  readonly labels: Numbers;
  /** count x classCount, in rows or row-major, each row sums to 1; absent if the model has no probabilities. */
  readonly probabilities?: Numbers | undefined;
}

/** The checked result of `predict`. A model that returns these types is spared the conversion. */
export interface Prediction {
  /** One class index per image. */
  readonly labels: Uint8Array;
  /** count x classCount, row-major, each row sums to 1; absent if the model has no probabilities. */
  readonly probabilities?: Float32Array;
}

/** One number per pixel, shown as a picture in the report. */
export interface PixelMap {
  /** Caption: `'importance'`, `'weight for Sandal'`. */
  readonly name: string;
  /** height x width, row-major, finite; the channels of a colour image are summed. */
  readonly values: Float32Array;
}

/** Facts about a finished fit. */
export interface FitReport {
  /** Number of trained values: weights, coefficients of support vectors, nodes of trees. */
  readonly parameterCount?: number;
  /** Other facts for the record: number of iterations, whether the fit converged, which epoch was kept. */
  readonly notes?: Readonly<Record<string, ParamValue>>;
  /** Values per pixel, such as feature importances or the weights of a class. */
  readonly pixelMaps?: readonly PixelMap[];
  /** Layers of a network, in the order of computation. */
  readonly layers?: readonly LayerSummary[];
}

/** What the harness passes to `create`. The harness measures time, splits the data, sets the seed and the limits. */
export interface FitContext<P extends Params = Params> {
  readonly params: P;
  /** Unsigned 32-bit. The harness has already seeded `Math.random` with it. */
  readonly seed: number;
  readonly device: Device;
  readonly shape: ImageShape;
  /** At least 2 names; classNames[i] is the name of class i. */
  readonly classNames: readonly string[];
  /** Maximum number of worker threads, at least 1. */
  readonly threads: number;
  /**
   * Aborted on Ctrl-C and at the time limit. A fit that reads it must then reject with `signal.reason` within a second. The
   * harness ends the process of a fit that does not.
   */
  readonly signal: AbortSignal;
  /** Reports a step. It is cheap: it may be called for every batch. */
  progress(progress: Progress): void;
  /** Adds a point to the learning curve. */
  epoch(report: EpochReport): void;
  /** Absent where a fit cannot be resumed. */
  readonly checkpoint?: Checkpoint;
  /**
   * Runs a pass over the validation images. Its time counts as evaluation, not as fit time, as far as such a pass can take
   * that long: once for each reported epoch.
   */
  evaluating<T>(work: () => Promise<T>): Promise<T>;
}

/** A value, or a promise of it. */
type Awaitable<T> = T | Promise<T>;

/** The result of a function without a return value. */
// biome-ignore lint/suspicious/noConfusingVoidType: undefined would refuse such a function.
type Nothing = void;

/** A model for one fit. Only `fit` and `predict` are needed; both may be functions without `async`. */
export interface Classifier {
  /**
   * Fits the model. Resolves when the weights are final and the device is idle. The facts that it returns are optional.
   *
   * @param train images to learn from
   * @param validation images for early stopping, tuning and learning curves; may be empty
   */
  fit(train: LabelledImages, validation: LabelledImages): Awaitable<FitReport | undefined | Nothing>;
  /** Classifies images. Resolves when the labels are in main memory. @throws Error if called before `fit` */
  predict(images: Images): Awaitable<ReturnedPrediction>;
  /** Returns all that `predict` needs, as a value that structured cloning can copy. @throws Error if called before `fit` */
  save?(): Promise<unknown>;
  /** Restores what `save` returned, instead of `fit`. A model has both `save` and `load`, or neither. */
  load?(saved: unknown): Promise<void>;
  /** Returns a network's layers. It works before and after `fit`. */
  layers?(): Promise<readonly LayerSummary[]>;
  /** Computes Grad-CAM maps. @throws Error if called before `fit`; UserError if there is no such convolution */
  gradCam?(images: Images, options?: GradCamOptions): Promise<GradCam>;
  /** Frees memory. The classifier cannot be used afterwards. */
  dispose?(): void;
}

/** A classifier that returns promises and typed arrays, as networks do. The harness makes one of every classifier. */
export interface UniformClassifier extends Classifier {
  fit(train: LabelledImages, validation: LabelledImages): Promise<FitReport | undefined>;
  predict(images: Images): Promise<Prediction>;
}

/** A model: its description, and a function that makes a classifier. */
export interface ModelAdapter<P extends Params = Params> {
  /** Name of the file, name on the command line and key in records: lower-case letters, digits, dashes. */
  readonly id: string;
  /** The method, as a short text: `'decision-tree'`. Models of the same method share it. */
  readonly family: string;
  /** How reports spell the family: `'Decision tree'`. Default: a built-in title, or `family` itself. */
  readonly familyTitle?: string;
  readonly kind: Kind;
  /** What does the computation: `'tensorflow'`, `'libsvm-js'`, `'typed arrays'`, ... */
  readonly engine: string;
  /** One line for lists and reports. */
  readonly summary: string;
  /** The paper or page that describes the method. */
  readonly source?: string;
  /** Defaults. A value given by `--set` must have the type of its default; a text default also accepts a number. */
  readonly params: P;
  /** Whether the model computes with TensorFlow. The harness then loads it before the clock starts. */
  readonly needsTensorflow?: boolean;
  /** Whether the model reads `pixels`. The harness then makes them before the clock starts. */
  readonly needsPixels?: boolean;
  /** Estimates the seconds that a full fit and prediction take. Only slow models need it: the user is warned. */
  estimateSeconds?(counts: { train: number; test: number; params: P }): number;
  /** Makes a classifier without any state of an earlier fit; it counts as fit time. @throws UserError if a parameter is out of range */
  create(context: FitContext<P>): Classifier;
}

/**
 * Returns its argument. It gives a model file type checking and typed params without a type annotation.
 *
 * @param adapter the model
 */
export function defineModel<P extends Params>(adapter: ModelAdapter<P>): ModelAdapter<P> {
  return adapter;
}
