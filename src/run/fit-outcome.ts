// What is fitted, and the result of a finished fit.
import type { PreparedSplit } from '../data/prepared.ts';
import type { FitRecord, HarnessClock, Latency, Metrics, Timing } from '../results/schema.ts';
import type { Device, FitReport, LayerSummary, Params, PixelMap, Prediction } from '../types.ts';
import type { GradCamExamples } from './grad-cam-examples.ts';

/** Everything that the harness needs to fit one model; plain data. */
export interface FitJob {
  /** URL of the module that exports the model, alone or in a list. */
  readonly modelModule: string;
  readonly modelId: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly split: PreparedSplit;
  /** Batch sizes at which prediction latency is measured; may be empty. */
  readonly latencyBatches: readonly number[];
  /** The file of the fit's checkpoint, and whether to continue from it; absent for no checkpoint. */
  readonly checkpoint?: { readonly file: string; readonly resume: boolean };
  /** The file that the fitted model is saved to; absent to save nothing. */
  readonly keep?: string;
  /** Folders that the process of the model must not see: those of data and records. */
  readonly hidden?: readonly string[];
}

/** The engine that the process of a fit found. */
export type EngineFacts = FitRecord['software']['engine'];

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
  /** What makes the numbers doubtful: sentences for a reader, empty for an honest fit that converged. */
  readonly cautions: readonly string[];
  /** Whether the result can depend on the seed; absent for a program that the harness does not watch. */
  readonly usesSeed?: boolean;
  /** The clock of the harness; absent for a program that the harness does not watch. */
  readonly clock?: HarnessClock;
}
