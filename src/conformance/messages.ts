// What the command and the process of the checks say to each other, over Node's message channel.
import type { PreparedSplit } from '../data/prepared.ts';
import type { Device, Params } from '../types.ts';
import type { Finding } from './trial/check.ts';

/** What the process of the checks needs; plain data. */
export interface CheckJob {
  /** URL of a module that exports `models`, a list of adapters. */
  readonly modelsModule: string;
  readonly modelId: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  /** What `prepareTrialImages` gave. */
  readonly images: PreparedSplit;
  /** Checks to run, in this order. */
  readonly checkIds: readonly string[];
}

/** From the process, per check: `started`, then `found`. It ends by itself after a failure. */
export type CheckMessage =
  | { readonly type: 'started'; readonly checkId: string }
  | { readonly type: 'found'; readonly checkId: string; readonly finding: Finding };
