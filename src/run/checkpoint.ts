// What a long fit keeps of itself in the cache after every epoch, so that a stopped one can go on from the last.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { cacheFolder } from '../cache.ts';
import { UserError } from '../errors.ts';
import { writeWhole } from '../files.ts';
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

const DIGEST_BYTES = 32;

/**
 * Names the file of a fit in the cache: another one for anything that could change its outcome.
 *
 * @param job what is fitted
 * @param sourceHash of the model's code
 */
export function checkpointFile(
  { modelId, params, seed, device, split }: Omit<FitJob, 'checkpoint'>,
  sourceHash: string,
): string {
  const identity = JSON.stringify([modelId, sourceHash, params, seed, device, split.splitHash]);
  const mark = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  return path.join(cacheFolder('checkpoints'), `${modelId}-s${seed}-${mark}.bin`);
}

/**
 * Writes a checkpoint, whole or not at all.
 *
 * @throws Error as the file system does
 */
export async function writeCheckpoint(file: string, kept: Kept): Promise<void> {
  const body = serialize(kept);
  await mkdir(path.dirname(file), { recursive: true });
  await writeWhole(file, Buffer.concat([digestOf(body), body]));
}

/**
 * Reads a checkpoint.
 *
 * @returns null when there is none
 * @throws UserError when the file is damaged
 */
export async function readCheckpoint(file: string): Promise<Kept | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const body = bytes.subarray(DIGEST_BYTES);
  if (!digestOf(body).equals(bytes.subarray(0, DIGEST_BYTES))) {
    throw new UserError(`damaged checkpoint: ${file}; delete it, or run without --resume to begin anew`);
  }
  return deserialize(body) as Kept;
}

/** Removes a checkpoint that nobody needs any more; none is fine. */
export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
