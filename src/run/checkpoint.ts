// What a long fit keeps of itself in the cache after every epoch, so that a stopped one can go on from the last.
import { rm } from 'node:fs/promises';
import { cacheFolder } from '../base/cache.ts';
import { DamagedFile, readChecksummed, writeChecksummed } from '../base/checksummed-file.ts';
import { UserError } from '../base/errors.ts';
import { fileOf } from '../fitted/fit-identity.ts';
import type { CurvePoint } from '../results/schema.ts';
import type { FitJob } from './job.ts';

/** A fit as far as it had come. */
export interface Kept {
  /** What the model needs to go on. */
  readonly state: unknown;
  readonly curve: readonly CurvePoint[];
  readonly trainSeconds: number;
  readonly evaluateSeconds: number;
}

/**
 * Names the file of a fit in the cache: another one for anything that could change its outcome.
 *
 * @param job what is fitted
 * @param sourceHash of the model's code
 */
export function checkpointFile(job: Omit<FitJob, 'checkpoint' | 'keep'>, sourceHash: string): string {
  return cacheFolder('checkpoints', fileOf({ ...job, sourceHash, splitHash: job.split.splitHash }));
}

/**
 * Writes a checkpoint, whole or not at all.
 *
 * @throws Error as the file system does
 */
export async function writeCheckpoint(file: string, kept: Kept): Promise<void> {
  await writeChecksummed(file, kept);
}

/**
 * Reads a checkpoint.
 *
 * @returns null when there is none
 * @throws UserError when the file is damaged
 */
export async function readCheckpoint(file: string): Promise<Kept | null> {
  try {
    return (await readChecksummed(file)) as Kept | null;
  } catch (cause) {
    if (!(cause instanceof DamagedFile)) throw cause;
    throw new UserError(`damaged checkpoint: ${file}; delete it, or run without --resume to begin anew`, { cause });
  }
}

/** Removes a checkpoint that nobody needs any more; none is fine. */
export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}
