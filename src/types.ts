// The contract: what a model is given, what it gives back. Read this first; everything else serves it.

/** A model's values that a user may change with `--set id.param=value`; recorded as they are. */
export type ParamValue = number | string | boolean;
export type Params = Readonly<Record<string, ParamValue>>;

/** The families that a comparison groups by. */
export type Family =
  | 'baseline'
  | 'logistic-regression'
  | 'svm'
  | 'random-forest'
  | 'gradient-boosting'
  | 'knn'
  | 'naive-bayes'
  | 'nearest-centroid'
  | 'mlp'
  | 'cnn'
  | 'resnet';

/** Which side of the traditional-versus-deep comparison a model stands on. */
export type Kind = 'traditional' | 'deep' | 'baseline';

/** The device that does the arithmetic: the processor, an NVIDIA card by CUDA, any graphics card by WebGPU. */
export type Device = 'cpu' | 'gpu' | 'webgpu';

/** The size of one image. Pixels are stored row-major, channels last. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * A stack of images in two views of the same pixels. Both are shared by all models and must not be written to; both lie
 * in shared memory, so that worker threads can read them without a copy.
 */
export interface Images {
  /** How many images, 0 allowed. */
  readonly count: number;
  readonly shape: ImageShape;
  /** count x height x width x channels, 0-255, row-major. */
  readonly bytes: Uint8Array;
  /** The same pixels divided by 255: in [0, 1]. */
  readonly pixels: Float32Array;
}

/** Images with the class index of each. */
export interface LabelledImages extends Images {
  /** count class indices, 0 to classCount - 1. */
  readonly labels: Uint8Array;
}

/** What a classifier says of a stack of images. */
export interface Prediction {
  /** One class index an image. */
  readonly labels: Uint8Array;
  /** count x classCount, row-major, each row sums to 1; absent when the model has none. */
  readonly probabilities?: Float32Array;
}

/** How far a fit has come, for the progress line. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What is counted: `'epoch'`, `'iteration'`, `'tree'`, ... */
  readonly unit: string;
  /** A few words more: `'loss 0.312'`. */
  readonly detail?: string;
}

/** One point of a learning curve; the harness adds the seconds. Absent values are null. */
export interface EpochReport {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean training loss over the epoch. */
  readonly loss: number | null;
  /** Training accuracy over the epoch, 0 to 1. */
  readonly accuracy: number | null;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

/** What a fit says of itself when it is done. */
export interface FitReport {
  /** Trained numbers of the model: weights, support vectors' coefficients, tree nodes. */
  readonly parameterCount?: number;
  /** Facts worth keeping that are no metric: iterations, whether it converged, support vectors, the epoch kept. */
  readonly notes?: Readonly<Record<string, ParamValue>>;
  /** What the model makes of each pixel, where it can be shown as a picture: importances, weights of a class. */
  readonly pixelMaps?: readonly PixelMap[];
  /** Of a network, in the order in which they are computed. */
  readonly layers?: readonly LayerSummary[];
}

/** One number a pixel. */
export interface PixelMap {
  /** What is shown: `'importance'`, `'weight for Sandal'`. */
  readonly name: string;
  /** height x width, row-major, finite; the channels of a colour image are summed. */
  readonly values: Float32Array;
}

/** One layer of a network. */
export interface LayerSummary {
  readonly name: string;
  /** What it computes: `'Conv2D'`, `'Dense'`, ... */
  readonly kind: string;
  /** Of one image: the batch is left out. */
  readonly outputShape: readonly number[];
  /** Weights, those that are not trained included. */
  readonly parameters: number;
  /** Multiplications, each with an addition, for one image; what is done value by value is left out. */
  readonly multiplyAdds: number;
}

/** Where a long fit keeps how far it has come. */
export interface Checkpoint {
  /**
   * Gives what was saved last by a fit of the same code, parameters, seed and data that did not end, when the user asked
   * to go on from there; null to begin anew. The learning curve so far is kept by the harness.
   */
  load(): Promise<unknown>;
  /**
   * Replaces what was saved; its time counts as evaluation, and a full disk is no error.
   *
   * @param state gives anything that structured cloning copies; called at once
   */
  save(state: () => unknown): Promise<void>;
}

/** What the harness gives a model for one fit. The harness owns the clock, the split, the seed and the limits. */
export interface FitContext<P extends Params = Params> {
  readonly params: P;
  /** Unsigned 32-bit. `Math.random` is already seeded with it in a fit's own process. */
  readonly seed: number;
  readonly device: Device;
  readonly shape: ImageShape;
  /** At least 2. Class i is named classNames[i]. */
  readonly classNames: readonly string[];
  /** Worker threads that a model may start, at least 1. */
  readonly threads: number;
  /** Aborted on Ctrl-C and at the time limit; a fit answers within a second by rejecting with `signal.reason`. */
  readonly signal: AbortSignal;
  /** Reports a step; cheap, may be called for every batch. */
  progress(progress: Progress): void;
  /** Adds a point to the learning curve. */
  epoch(report: EpochReport): void;
  /** Absent where nobody could ask for it again. */
  readonly checkpoint?: Checkpoint;
  /** Runs work that is not training (a validation pass): its time counts as evaluation, not as training. */
  evaluating<T>(work: () => Promise<T>): Promise<T>;
}

/** What to explain. */
export interface GradCamOptions {
  /** The class whose evidence is sought, one an image; by default the one predicted. */
  readonly labels?: Uint8Array;
  /** Name of a convolution, as `layers` lists it; by default the last. */
  readonly layer?: string;
}

/** Where a network looks. */
export interface GradCam {
  /** The convolution that was asked. */
  readonly layer: string;
  /** Size of one map, that of the convolution's output. */
  readonly height: number;
  readonly width: number;
  /** count x height x width, row-major, at least 0; the most of an image's map is 1, or all of it is 0. */
  readonly maps: Float32Array;
  /** The class that each map is about. */
  readonly labels: Uint8Array;
}

/** One model, freshly made for one fit. */
export interface Classifier {
  /**
   * Fits the model. Resolves when the weights are final and the device is idle.
   *
   * @param train the images to learn from
   * @param validation for early stopping, tuning and curves; may be empty
   */
  fit(train: LabelledImages, validation: LabelledImages): Promise<FitReport | undefined>;
  /**
   * Classifies images. Resolves when the labels are on the host.
   *
   * @throws Error when called before `fit`
   */
  predict(images: Images): Promise<Prediction>;
  /**
   * Gives all that `predict` needs, so that a fitted model can be kept: anything that structured cloning copies. The
   * classifier goes on being used.
   *
   * @throws Error when called before `fit`
   */
  save?(): Promise<unknown>;
  /**
   * Takes the place of `fit`; absent just where `save` is.
   *
   * @param saved what `save` gave to the same code with the same parameters, classes and shape
   */
  load?(saved: unknown): Promise<void>;
  /** Lists a network's layers, before a fit as well as after it. */
  layers?(): Promise<readonly LayerSummary[]>;
  /**
   * Shows where a convolutional network looks: gradient-weighted class activation maps.
   *
   * @param images the images to explain
   * @param options which class and convolution
   * @throws Error when called before `fit`; UserError when the network has no convolution, or none of that name
   */
  gradCam?(images: Images, options?: GradCamOptions): Promise<GradCam>;
  /** Gives memory back; the classifier is not used again. */
  dispose?(): void;
}

/** A model: who it is, and how to make one. A file in `models/` exports one by `defineModel`. */
export interface ModelAdapter<P extends Params = Params> {
  /** Equal to the file's name, the name on the command line and the key in records. Lower case, digits, dashes. */
  readonly id: string;
  readonly family: Family;
  readonly kind: Kind;
  /** What does the work: `'tensorflow'`, `'libsvm-js'`, `'histogram forest'`, ... */
  readonly engine: string;
  /** One line for lists and reports. */
  readonly summary: string;
  /** Paper or document of the recipe. */
  readonly source?: string;
  /** Defaults; a value given by `--set` must have the type of its default (a text default also takes a number). */
  readonly params: P;
  /** Whether the model needs TensorFlow's native engine at full size. */
  readonly needsTensorflow?: boolean;
  /** Whether `pixels` is what the model works on: it is then made before the clock starts. */
  readonly needsPixels?: boolean;
  /**
   * Estimates the seconds of a full fit and prediction, for models that are slow enough to warn about.
   *
   * @param counts images to fit and images to predict
   */
  estimateSeconds?(counts: { train: number; test: number; params: P }): number;
  /**
   * Makes a classifier with no state of any earlier fit.
   *
   * @throws UserError when a parameter is out of range
   */
  create(context: FitContext<P>): Classifier;
}

/**
 * Returns its argument: exists so that a model file is checked, and its params typed, without writing the type out.
 *
 * @param adapter the model
 */
export function defineModel<P extends Params>(adapter: ModelAdapter<P>): ModelAdapter<P> {
  return adapter;
}

/** A comparison as data: what is measured, on what, with which settings. A file in `benchmarks/` exports one. */
export interface BenchmarkDefinition {
  /** The name on the command line and in records. */
  readonly id: string;
  /** One line for lists. */
  readonly summary: string;
  /** A known data set's name or a folder of four IDX files. */
  readonly dataset: string;
  /** Model ids, in the order they run. */
  readonly models: readonly string[];
  /** Images held out of the training set for validation; by default 5,000, or a twelfth of a smaller set. */
  readonly validation?: number;
  /** Images to fit on, a stratified subset; absent for all that validation leaves. */
  readonly limit?: number;
  /** Images to test on, a stratified subset; absent for all. */
  readonly testLimit?: number;
  /** Parameters that differ from a model's defaults, by model id. */
  readonly params?: Readonly<Record<string, Params>>;
  /** Batch sizes at which prediction latency is measured after the fit; empty for none. */
  readonly latencyBatches: readonly number[];
}

/**
 * Returns its argument: exists so that a benchmark file is checked without writing the type out.
 *
 * @param benchmark the definition
 */
export function defineBenchmark(benchmark: BenchmarkDefinition): BenchmarkDefinition {
  return benchmark;
}
