// Provides the engine for commands that predict in the current process and have no --device option.
import { ensureEngine } from '../engine/provision/provision-engine.ts';
import { ENGINE_VARIABLE } from '../engine/runtime/tensorflow.ts';

/**
 * Provides the engine for a few predictions. It computes on the CPU, because starting a GPU takes longer than the
 * predictions, unless the environment variable `FITTING_ROOM_ENGINE=webgpu` requests WebGPU.
 *
 * @returns notices for the user, one sentence each; empty without any
 * @throws UserError when WebGPU is requested and there is no graphics card
 */
export async function ensureCommandEngine(): Promise<readonly string[]> {
  const device = process.env[ENGINE_VARIABLE] === 'webgpu' ? 'webgpu' : 'cpu';
  return (await ensureEngine({ device })).notices;
}
