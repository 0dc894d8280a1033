// Which cards and drivers can run the CUDA libraries that are installed.

/** The oldest driver for CUDA 12 (minor-version compatibility). */
const OLDEST_DRIVER = '525.60.13';
/** The oldest driver that compiles PTX 8.5, the form of the kernels for cards without machine code in the library. */
const OLDEST_COMPILING_DRIVER = '555.42.02';
/** From this compute capability on, the library has kernels only as PTX: all kernels beyond Hopper, most for Hopper. */
const COMPILED_FROM = 9;
/** Lowest compute capability for which the installed cuDNN has code: Turing. */
const OLDEST_CAPABILITY = 7.5;

/**
 * Checks whether the CUDA libraries can run on a card.
 *
 * @param model name of the card
 * @param capability its compute capability; null if unknown
 * @returns what is wrong and what to do; null if nothing is wrong
 */
export function capabilityProblem(model: string, capability: number | null): string | null {
  if (capability === null || capability >= OLDEST_CAPABILITY) return null;
  return (
    `${model} has compute capability ${capability.toFixed(1)}: too old for cuDNN 9.28, which needs ` +
    `${OLDEST_CAPABILITY.toFixed(1)}; use --device webgpu, or --device cpu`
  );
}

/**
 * Checks whether a driver can run the CUDA libraries.
 *
 * @param driver version as nvidia-smi prints it
 * @param capability compute capability of the card; null if unknown
 * @returns what is wrong and what to do; null if nothing is wrong
 */
export function driverProblem(driver: string, capability: number | null): string | null {
  const isCompiled = capability !== null && capability >= COMPILED_FROM;
  const oldest = isCompiled ? OLDEST_COMPILING_DRIVER : OLDEST_DRIVER;
  const parts = (version: string): number[] => version.split('.').map(Number);
  const [have, need] = [parts(driver), parts(oldest)];
  const differs = need.findIndex((value, i) => value !== (have[i] ?? 0));
  if (differs < 0 || (have[differs] ?? 0) > need[differs]!) return null;
  const what = isCompiled ? `CUDA 12.5 on a card of compute capability ${capability.toFixed(1)}` : 'CUDA 12';
  return `the NVIDIA driver ${driver} is too old for ${what}: at least ${oldest} is needed; update it`;
}
