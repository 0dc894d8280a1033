// The messages between `checkModel` and its child process, over Node's message channel.
import type { PreparedSplit } from '../data/prepared.ts';
import type { Device, Params } from '../types.ts';
import type { Finding } from './trial/check.ts';

/** The first message, to the child process: which checks to run on which model. */
export interface CheckJob {
  /** URL of the module that exports the model, alone or in a list. */
  readonly modelModule: string;
  readonly modelId: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  /** Result of `prepareTrialImages`. */
  readonly images: PreparedSplit;
  /** Checks to run, in this order. */
  readonly checkIds: readonly string[];
}

/**
 * From the child process: `started`, then `found`, for each check, and in between `fitted` when the shared fit has ended.
 * The process ends by itself after a failure.
 */
export type CheckMessage =
  | { readonly type: 'started'; readonly checkId: string }
  | { readonly type: 'fitted'; readonly seconds: number }
  | { readonly type: 'found'; readonly checkId: string; readonly finding: Finding };
