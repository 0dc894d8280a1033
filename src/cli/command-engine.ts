// The engine of commands that compute a little in their own process, and take no --device.
import { ensureEngine } from '../engine/provision/provision-engine.ts';
import { ENGINE_VARIABLE } from '../engine/runtime/tensorflow.ts';

/**
 * Makes the engine available for a few predictions: on the processor, since starting a card up takes longer than they do,
 * unless the environment (`FITTING_ROOM_ENGINE=webgpu`) asks for WebGPU.
 *
 * @returns what the user should know, each in a sentence; empty when all is well
 * @throws UserError when WebGPU is asked for and there is no graphics card
 */
export async function ensureCommandEngine(): Promise<readonly string[]> {
  const device = process.env[ENGINE_VARIABLE] === 'webgpu' ? 'webgpu' : 'cpu';
  return (await ensureEngine({ device })).notices;
}
