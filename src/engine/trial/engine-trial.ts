// Tries the engine in a process of its own, as a fit would use it, and tells what came of it.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../../base/cache.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import type { Device } from '../../types.ts';
import type { EngineDescription } from '../runtime/describe.ts';
import { ENGINE_ENVIRONMENT } from '../runtime/environment.ts';
import type { CardUse } from '../runtime/nvidia-usage.ts';
import type { FirstSteps } from './first-steps.ts';

/** What an engine is and does. */
export interface EngineTrial extends EngineDescription {
  readonly steps: FirstSteps;
  /** What nvidia-smi showed of the process when it had taken its steps; null where there is no such tool. */
  readonly card: CardUse | null;
}

const MILLISECONDS = 5 * 60_000;
/** TensorFlow itself warns that compiling kernels for a new card "could take 30 minutes or longer". */
export const CUDA_MILLISECONDS = 45 * 60_000;
const LAST_WORDS = 400;

/**
 * Loads the engine in a child process and trains two steps of a small convolutional network with it.
 *
 * @param device what is expected to compute; CUDA may take long to compile its kernels
 * @throws UserError when the process fails, crashes, hangs or computes wrongly
 */
export async function tryEngine(device: Device): Promise<EngineTrial> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fileURLToPath(new URL('./describe-child.ts', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, child], {
      env: { ...ENGINE_ENVIRONMENT, ...process.env },
      timeout: device === 'gpu' ? CUDA_MILLISECONDS : MILLISECONDS,
      killSignal: 'SIGKILL',
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as EngineTrial;
  } catch (error) {
    const { stderr, signal } = error as { stderr?: string; signal?: string };
    const words = /^.*Error: .*$/m.exec(stderr ?? '')?.[0] ?? stderr?.trim().slice(-LAST_WORDS) ?? messageOf(error);
    throw new UserError(
      `the engine ${signal ? `was killed by ${signal}` : 'failed'} when it was tried${words ? `: ${words}` : ''}; ` +
        `remove ${cacheFolder('engine')} to set it up anew`,
    );
  }
}
