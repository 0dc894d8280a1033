// Tells records of equal code from others, whatever commits they were measured at.
import type { FitRecord } from './schema.ts';

/**
 * Tells whether two records of one model were made by the same code. Where one of them has no code hash, the hash of the
 * model's TypeScript decides.
 */
export function isSameCode({ model: one }: FitRecord, { model: other }: FitRecord): boolean {
  return one.codeHash === undefined || other.codeHash === undefined
    ? one.sourceHash === other.sourceHash
    : one.codeHash === other.codeHash;
}
