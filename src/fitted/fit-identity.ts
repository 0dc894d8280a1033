// The identity of a fit: everything that can change its outcome.
import { createHash } from 'node:crypto';
import type { FitRecord } from '../results/schema.ts';
import type { Device, Params } from '../types.ts';

/** Everything that the outcome of a fit depends on, except the machine. */
export interface FitIdentity {
  readonly modelId: string;
  /** Hash of the model's code: the code hash, or in older records the hash of its TypeScript. */
  readonly sourceHash: string;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly splitHash: string;
}

/**
 * Names the file of a fit. Different fits have different files.
 *
 * @param fit the identity of the fit
 */
export function fileOf({ modelId, sourceHash, params, seed, device, splitHash }: FitIdentity): string {
  const identity = JSON.stringify([modelId, sourceHash, params, seed, device, splitHash]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  return `${modelId}-s${seed}-${hash}.bin`;
}

/**
 * Reads the identity of a fit from its record.
 *
 * @param record of a finished fit
 */
export function identityOf({ model, seed, software, dataset }: FitRecord): FitIdentity {
  return {
    modelId: model.id,
    sourceHash: model.codeHash ?? model.sourceHash,
    params: model.params,
    seed,
    device: software.engine.device,
    splitHash: dataset.splitHash,
  };
}
