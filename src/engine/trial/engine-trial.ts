// Tries the engine in a child process, as a fit would use it.

import { cacheFolder } from '../../base/cache.ts';
import { failureOf, moduleCommand, runChild } from '../../base/child-process.ts';
import { UserError } from '../../base/errors.ts';
import type { Device } from '../../types.ts';
import type { EngineDescription } from '../runtime/describe.ts';
import { ENGINE_ENVIRONMENT } from '../runtime/environment.ts';
import type { CardUse } from '../runtime/nvidia-usage.ts';
import type { FirstSteps } from './first-steps.ts';

/** Description of an engine, and the result of a trial. */
export interface EngineTrial extends EngineDescription {
  readonly steps: FirstSteps;
  /** What `nvidia-smi` reported about the process after its steps; null if the tool is not installed. */
  readonly card: CardUse | null;
}

const TIMEOUT_SECONDS = 5 * 60;
/** Time limit for CUDA: TensorFlow warns that compiling kernels for a new card "could take 30 minutes or longer". */
export const CUDA_TIMEOUT_SECONDS = 45 * 60;

/**
 * Loads the engine in a child process and trains two steps of a small convolutional network with it.
 *
 * @param device the expected device; CUDA may need a long time to compile its kernels
 * @throws UserError if the process fails, crashes, hangs or computes wrongly
 */
export async function tryEngine(device: Device): Promise<EngineTrial> {
  const end = await runChild(moduleCommand(new URL('./engine-trial-child.ts', import.meta.url)), {
    env: { ...ENGINE_ENVIRONMENT, ...process.env },
    timeoutSeconds: device === 'gpu' ? CUDA_TIMEOUT_SECONDS : TIMEOUT_SECONDS,
    graceMilliseconds: 0,
  });
  if (end.code === 0) return JSON.parse(end.stdout.trim().split('\n').at(-1)!) as EngineTrial;
  throw new UserError(
    `the engine failed a trial: ${failureOf(end)}; remove ${cacheFolder('engine')} to install it again`,
  );
}
