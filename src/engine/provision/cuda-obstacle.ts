// Finds reasons against CUDA before gigabytes are downloaded for it.
import { failureOf, runChild } from '../../base/child-process.ts';
import { findGpu, readComputeCapability } from '../runtime/nvidia-card.ts';
import { capabilityProblem, driverProblem } from './cuda-requirements.ts';

/** A reason why CUDA cannot be used. */
export interface CudaObstacle {
  /** What is missing, and what to do about it. */
  readonly problem: string;
  /** Whether there is, or seems to be, a card. The user is then told even without asking for a GPU. */
  readonly isSuspected: boolean;
}

/** Libraries of the driver that TensorFlow opens. No wheel has them. */
const DRIVER_LIBRARIES = ['libcuda.so.1', 'libnvidia-ml.so.1'];
/** The error if a library could be opened: it is no addon of Node. */
const NO_ADDON = /did not self-register/;
const SCRIPT = `
const errors = process.argv.slice(1).map((library) => {
  try {
    process.dlopen({ exports: {} }, library);
    return '';
  } catch (error) {
    return error.message;
  }
});
process.stdout.write(JSON.stringify(errors));
`;

/**
 * Looks for a card, its driver and the driver's libraries.
 *
 * @returns the first thing that is missing; null if nothing is missing
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
 * Checks whether `CUDA_VISIBLE_DEVICES` hides all cards.
 *
 * @param visible value of the variable
 * @returns what to do about it; null if it hides none
 */
export function hiddenProblem(visible: string | undefined): string | null {
  if (visible === undefined || !/^\s*(-\d+.*)?$/.test(visible)) return null;
  return `CUDA_VISIBLE_DEVICES="${visible}" hides all NVIDIA cards; unset it to use one`;
}

/**
 * Opens the driver's libraries in a child process.
 *
 * @returns what is missing and what to do about it; null if nothing is missing
 */
export async function driverLibraryProblem(libraries: readonly string[] = DRIVER_LIBRARIES): Promise<string | null> {
  const end = await runChild([process.execPath, '--input-type=commonjs', '-e', SCRIPT, ...libraries]);
  if (end.code !== 0) throw new Error(`cannot check the driver's libraries: ${failureOf(end)}`);
  const error = (JSON.parse(end.stdout) as string[]).find((text) => text !== '' && !NO_ADDON.test(text));
  if (error === undefined) return null;
  return (
    `nvidia-smi lists a GPU, but the driver's library does not load (${error}); in a container, set ` +
    'NVIDIA_DRIVER_CAPABILITIES=compute,utility in addition to --gpus all; otherwise install the driver again, or add the ' +
    'folder of the library to LD_LIBRARY_PATH'
  );
}
