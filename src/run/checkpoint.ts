// The checkpoint of a long fit: its state after the last epoch, in the cache, so that a stopped fit can continue. The
// harness reads and writes the file; the process of the fit sees only the state.
import { rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { cacheFolder } from '../base/cache.ts';
import { trimCache } from '../base/cache-policy.ts';
import { DamagedFile, readChecksummed, writeChecksummed } from '../base/checksummed-file.ts';
import { UserError } from '../base/errors.ts';
import { fileOf } from '../fitted/fit-identity.ts';
import type { Checkpoint } from '../types.ts';
import type { FitClock } from './fit-clock.ts';
import type { FitJob } from './fit-outcome.ts';
import type { CheckpointStore, Kept } from './fit-session.ts';

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
 * Creates the checkpoint of a fit's context. Making the state counts as training, waiting for the file does not.
 *
 * @param store where the state is kept
 * @param clock of the fit; gets the times of the earlier process
 */
export function createCheckpoint(store: CheckpointStore, clock: FitClock): Checkpoint {
  return {
    async load() {
      const kept = await clock.writing(() => store.load());
      if (!kept) return null;
      clock.resume(kept);
      return deserialize(kept.state);
    },
    async save(state) {
      const bytes = serialize(state());
      const times = clock.times();
      await clock.writing(() => store.save({ ...times, state: bytes }));
    },
  };
}

/**
 * Creates the store of a checkpoint in a file. An error on writing does not end the fit.
 *
 * @param place the file, and whether the fit continues from it
 */
export function checkpointInFile({ file, resume }: NonNullable<FitJob['checkpoint']>): CheckpointStore {
  return {
    load: async () => (resume ? readCheckpoint(file) : null),
    save: (kept) =>
      writeCheckpoint(file, kept).then(
        () => trimCache('checkpoints'),
        () => undefined,
      ),
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
 * @returns null if there is none, or if an earlier version wrote it
 * @throws UserError if the file is damaged
 */
export async function readCheckpoint(file: string): Promise<Kept | null> {
  try {
    const kept = (await readChecksummed(file)) as Kept | null;
    return kept?.state instanceof Uint8Array ? kept : null;
  } catch (cause) {
    if (!(cause instanceof DamagedFile)) throw cause;
    throw new UserError(`damaged checkpoint: ${file}; delete it, or run without --resume to start over`, { cause });
  }
}

/** Removes a checkpoint; does nothing if there is none. */
export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}
