// The environment variables of processes that use an installed engine.
import path from 'node:path';
import type { EnginePlan } from './engine-plan.ts';
import type { EngineOptions } from './engine-status.ts';
import type { ProvisionContext } from './provision-context.ts';

/** The maximum that the driver allows, four times its default. */
const KERNEL_CACHE_BYTES = 4 * 2 ** 30;

/** Names the folder of compiled kernels in the engine's cache folder. */
export function kernelFolder(arch: string): string {
  return `cuda-kernels-${arch}`;
}

/** Returns the variables for an engine on a device. */
export function engineEnvironment(
  { tools, cacheDir }: ProvisionContext,
  plan: EnginePlan,
  device: EngineOptions['device'],
): Record<string, string> {
  if (plan.variant === 'cpu') return {};
  // The CUDA library computes on the CPU if it sees no card.
  if (device === 'cpu') return { CUDA_VISIBLE_DEVICES: '-1' };
  // The driver compiles kernels for cards newer than the library on first use, which takes minutes. They are cached.
  return {
    CUDA_CACHE_PATH: process.env['CUDA_CACHE_PATH'] || path.join(cacheDir, kernelFolder(tools.arch)),
    CUDA_CACHE_MAXSIZE: process.env['CUDA_CACHE_MAXSIZE'] || String(KERNEL_CACHE_BYTES),
  };
}
