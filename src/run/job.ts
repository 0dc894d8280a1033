// The messages between the harness and the child process of a fit.
import type { PreparedSplit } from '../data/prepared.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Device, Params, Progress } from '../types.ts';
import type { FitOutcome, FitRequest } from './fit-request.ts';

/** Everything that the child process needs to fit one model; plain data. */
export interface FitJob extends Pick<FitRequest, 'latencyBatches' | 'checkpoint' | 'keep'> {
  /** URL of a module that exports `models`, a list of adapters. */
  readonly modelsModule: string;
  readonly modelId: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly split: PreparedSplit;
}

/** The engine that the child process found. */
export type EngineFacts = FitRecord['software']['engine'];

/** The error of a fit that did not finish. */
export interface FitError {
  readonly kind: string;
  readonly message: string;
  readonly stack: string | null;
}

/** From the child: `engine` first, then any number of `progress`, then `done` or `failed`. */
export type FitMessage =
  | { readonly type: 'engine'; readonly engine: EngineFacts }
  | { readonly type: 'progress'; readonly progress: Progress }
  | {
      readonly type: 'done';
      readonly outcome: FitOutcome;
      readonly peakRssBytes: number;
      /** As the engine counts it; null if it does not. */
      readonly peakDeviceBytes: number | null;
    }
  | ({ readonly type: 'failed' } & FitError);
