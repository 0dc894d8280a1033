// Selects the wheels that provide TensorFlow on a machine.
import { UserError } from '../../base/errors.ts';
import { CPU_ARM64, CPU_X64, CUDA_X64, NVIDIA_X64, TENSORFLOW_VERSION, type Wheel } from './wheels.ts';

/** The wheels of one engine. */
export interface EnginePlan {
  readonly variant: 'cpu' | 'cuda';
  readonly wheels: readonly Wheel[];
}

/** The machine that a plan is for. */
export interface PlanFacts {
  /** As `process.platform`. */
  readonly platform: string;
  /** As `process.arch`. */
  readonly arch: string;
  readonly variant: 'cpu' | 'cuda';
}

/**
 * Selects the wheels for a machine.
 *
 * @throws UserError if there is no wheel with the library for it
 */
export function planEngine({ platform, arch, variant }: PlanFacts): EnginePlan {
  if (platform === 'linux' && arch === 'x64')
    return { variant, wheels: variant === 'cuda' ? [CUDA_X64, ...NVIDIA_X64] : [CPU_X64] };
  if (platform === 'linux' && arch === 'arm64' && variant === 'cpu') return { variant, wheels: [CPU_ARM64] };
  throw new UserError(
    `TensorFlow ${TENSORFLOW_VERSION} for ${variant === 'cuda' ? 'NVIDIA GPUs' : 'CPUs'}: no library for ${platform} on ${arch}; ` +
      `there is one for linux on x64${variant === 'cpu' ? ' and arm64' : ''}`,
  );
}

/**
 * Returns the name of the cache folder into which a wheel is unpacked.
 *
 * @returns the file name without its extension
 */
export function partName(wheel: Wheel): string {
  return wheel.file.replace(/\.whl$/, '');
}

/**
 * Returns the maximum disk space that the installation needs: all unpacked files, and the largest wheel twice, because pip
 * copies what it has downloaded.
 *
 * @param wheels wheels that are not unpacked yet
 * @returns bytes
 */
export function diskNeed(wheels: readonly Wheel[]): number {
  const unpacked = wheels.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  return unpacked + 2 * Math.max(0, ...wheels.map(({ bytes }) => bytes));
}
