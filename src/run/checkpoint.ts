// The checkpoint of a long fit: its state after the last epoch, in the cache, so that a stopped fit can continue.
import { rm } from 'node:fs/promises';
import { cacheFolder } from '../base/cache.ts';
import { DamagedFile, readChecksummed, writeChecksummed } from '../base/checksummed-file.ts';
import { UserError } from '../base/errors.ts';
import { fileOf } from '../fitted/fit-identity.ts';
import type { Checkpoint } from '../types.ts';
import type { FitClock, FitTimes } from './fit-clock.ts';
import type { FitRequest } from './fit-request.ts';
import type { FitJob } from './job.ts';

/** The content of a checkpoint. */
export interface Kept extends FitTimes {
  /** What the model needs to continue. */
  readonly state: unknown;
}

/**
 * Names the checkpoint file of a fit. Fits that differ in anything that could change their outcome have different files.
 *
 * @param job what is fitted
 * @param sourceHash of the model's code
 */
export function checkpointFile(job: Omit<FitJob, 'checkpoint' | 'keep'>, sourceHash: string): string {
  return cacheFolder('checkpoints', fileOf({ ...job, sourceHash, splitHash: job.split.splitHash }));
}

/**
 * Creates the checkpoint of a fit's context. Its work counts as evaluation.
 *
 * @param place the file, and whether the fit continues from it
 * @param clock of the fit; gets the times of the earlier process
 */
export function createCheckpoint({ file, resume }: NonNullable<FitRequest['checkpoint']>, clock: FitClock): Checkpoint {
  return {
    load: () =>
      clock.evaluating(async () => {
        const kept = resume ? await readCheckpoint(file) : null;
        if (!kept) return null;
        clock.resume(kept);
        return kept.state;
      }),
    save(state) {
      const times = clock.times();
      // An error on writing does not end the fit.
      return clock.evaluating(() => writeCheckpoint(file, { state: state(), ...times }).catch(() => undefined));
    },
  };
}

/**
 * Writes a checkpoint, either completely or not at all.
 *
 * @throws Error as the file system does
 */
export async function writeCheckpoint(file: string, kept: Kept): Promise<void> {
  await writeChecksummed(file, kept);
}

/**
 * Reads a checkpoint.
 *
 * @returns null if there is none
 * @throws UserError if the file is damaged
 */
export async function readCheckpoint(file: string): Promise<Kept | null> {
  try {
    return (await readChecksummed(file)) as Kept | null;
  } catch (cause) {
    if (!(cause instanceof DamagedFile)) throw cause;
    throw new UserError(`damaged checkpoint: ${file}; delete it, or run without --resume to start over`, { cause });
  }
}

/** Removes a checkpoint; does nothing if there is none. */
export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}
