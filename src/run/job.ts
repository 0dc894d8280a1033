// What the harness and a fit's own process say to each other, over Node's message channel.
import type { PreparedSplit } from '../data/prepared.ts';
import type { FitRecord } from '../results/schema.ts';
import type { Device, Params, Progress } from '../types.ts';
import type { FitOutcome } from './fit.ts';

/** Everything a child process needs to fit one model; plain data. */
export interface FitJob {
  /** URL of a module that exports `models`, a list of adapters. */
  readonly modelsModule: string;
  readonly modelId: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly split: PreparedSplit;
  readonly latencyBatches: readonly number[];
  /** Where the fit keeps how far it has come, and whether it goes on from there; absent: it keeps nothing. */
  readonly checkpoint?: { readonly file: string; readonly resume: boolean };
  /** File that the fitted model is kept in; absent: it is not. */
  readonly keep?: string;
}

/** What the child found out about the engine it runs on. */
export type EngineFacts = FitRecord['software']['engine'];

/** From the child, in this order: progress any number of times, then `done` or `failed`. */
export type FitMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'engine'; readonly engine: EngineFacts }
  | {
      readonly type: 'done';
      readonly outcome: FitOutcome;
      readonly peakRssBytes: number;
      /** As the engine counts; null where it does not. */
      readonly peakDeviceBytes: number | null;
    }
  | { readonly type: 'failed'; readonly kind: string; readonly message: string; readonly stack: string | null };
