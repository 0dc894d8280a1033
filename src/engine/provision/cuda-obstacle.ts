// Why CUDA cannot compute here, as far as it shows before gigabytes are fetched for it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findGpu, readComputeCapability } from '../runtime/nvidia-card.ts';
import { capabilityProblem, driverProblem } from './engine-plan.ts';

/** What is in CUDA's way. */
export interface CudaObstacle {
  /** What is missing, and what to do about it. */
  readonly problem: string;
  /** Whether there is a card, or a sign of one, so that its owner should hear of it unasked. */
  readonly isSuspected: boolean;
}

/** What TensorFlow opens of the driver: the driver brings them, no wheel does. */
const DRIVER_LIBRARIES = ['libcuda.so.1', 'libnvidia-ml.so.1'];
/** Node can open any library; then it complains that this one is no addon. */
const NO_ADDON = /did not self-register/;
const SCRIPT = `
const words = process.argv.slice(1).map((library) => {
  try {
    process.dlopen({ exports: {} }, library);
    return '';
  } catch (error) {
    return error.message;
  }
});
process.stdout.write(JSON.stringify(words));
`;

/**
 * Looks for a card, its driver and the driver's libraries.
 *
 * @returns the first thing that is missing; null when nothing is
 */
export async function findCudaObstacle(): Promise<CudaObstacle | null> {
  const found = await findGpu();
  if (!found.gpu) return found;
  const capability = await readComputeCapability();
  const problem =
    hiddenProblem(process.env['CUDA_VISIBLE_DEVICES']) ??
    capabilityProblem(found.gpu.model, capability) ??
    driverProblem(found.gpu.driver, capability) ??
    (await driverLibraryProblem());
  return problem === null ? null : { problem, isSuspected: true };
}

/**
 * Says whether a variable hides all cards from CUDA.
 *
 * @param visible value of `CUDA_VISIBLE_DEVICES`
 * @returns what to do about it, or null
 */
export function hiddenProblem(visible: string | undefined): string | null {
  if (visible === undefined || !/^\s*(-\d+.*)?$/.test(visible)) return null;
  return `CUDA_VISIBLE_DEVICES="${visible}" hides all NVIDIA cards; unset it to use one`;
}

/**
 * Tries to open the driver's libraries, in a process of its own.
 *
 * @returns what is missing and what to do about it, or null
 */
export async function driverLibraryProblem(libraries: readonly string[] = DRIVER_LIBRARIES): Promise<string | null> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=commonjs', '-e', SCRIPT, ...libraries]);
  const words = (JSON.parse(stdout) as string[]).find((word) => word !== '' && !NO_ADDON.test(word));
  if (words === undefined) return null;
  return (
    `nvidia-smi lists a GPU, and the driver's library does not load (${words}); in a container set ` +
    'NVIDIA_DRIVER_CAPABILITIES=compute,utility beside --gpus all, else install the driver again, or name the folder of the ' +
    'library in LD_LIBRARY_PATH'
  );
}
