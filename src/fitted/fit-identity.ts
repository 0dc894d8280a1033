// What makes two fits the same: anything that could change what comes out of them.
import { createHash } from 'node:crypto';
import type { FitRecord } from '../results/schema.ts';
import type { Device, Params } from '../types.ts';

/** Everything that a fit's outcome depends on, the machine aside. */
export interface FitIdentity {
  readonly modelId: string;
  /** Of the model's code. */
  readonly sourceHash: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly splitHash: string;
}

/**
 * Names the file that belongs to a fit, another one for every other fit.
 *
 * @param fit what it depends on
 */
export function fileOf({ modelId, sourceHash, params, seed, device, splitHash }: FitIdentity): string {
  const identity = JSON.stringify([modelId, sourceHash, params, seed, device, splitHash]);
  const mark = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  return `${modelId}-s${seed}-${mark}.bin`;
}

/**
 * Tells which fit a record is of.
 *
 * @param record of a fit that ended well
 */
export function identityOf({ model, seed, software, dataset }: FitRecord): FitIdentity {
  return {
    modelId: model.id,
    sourceHash: model.sourceHash,
    params: model.params,
    seed,
    device: software.engine.device,
    splitHash: dataset.splitHash,
  };
}
