// What `performFit` is given and what it returns.
import type { Latency, Metrics, Timing } from '../results/schema.ts';
import type {
  Device,
  FitReport,
  LabelledImages,
  LayerSummary,
  ModelAdapter,
  Params,
  PixelMap,
  Prediction,
  Progress,
} from '../types.ts';
import type { GradCamExamples } from './grad-cam-examples.ts';

/** One fit: which model, with which parameters, on which images. */
export interface FitRequest {
  readonly adapter: ModelAdapter;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly classNames: readonly string[];
  readonly train: LabelledImages;
  readonly validation: LabelledImages;
  readonly test: LabelledImages;
  /** Batch sizes at which prediction latency is measured; may be empty. */
  readonly latencyBatches: readonly number[];
  /** The file of the fit's checkpoint, and whether to continue from it; absent for no checkpoint. */
  readonly checkpoint?: { readonly file: string; readonly resume: boolean };
  /** The file that the fitted model is saved to; absent to save nothing. */
  readonly keep?: string;
}

/** Clock, abort signal and progress of a fit. */
export interface FitHooks {
  /** Milliseconds since the start of the process. */
  now(): number;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Resolves when the device has finished all of its work; absent if the model computes in this thread alone. */
  idle?(): Promise<void>;
}

/** The result of a finished fit: everything in its record that depends on the fit itself. */
export interface FitOutcome {
  readonly metrics: Metrics;
  readonly timing: Timing;
  readonly prediction: Prediction;
  readonly parameterCount: number | null;
  readonly notes: NonNullable<FitReport['notes']>;
  /** Each has one value per pixel; may be empty. */
  readonly pixelMaps: readonly PixelMap[];
  /** Empty unless the model is a network. */
  readonly layers: readonly LayerSummary[];
  readonly latency: Latency[];
  /** Grad-CAM maps of some test images; null unless the model is a convolutional network. */
  readonly gradCam: GradCamExamples | null;
  /** Why the fitted model could not be saved; null if it was saved or was not to be. */
  readonly notKept: string | null;
}
