// Describes the engine of this process; every record has the description.
import os from 'node:os';
import type { KernelBackend } from '@tensorflow/tfjs-node-gpu';
import type { Device } from '../../types.ts';
import { ENGINE_SETTINGS } from './environment.ts';
import { tensorflow } from './tensorflow.ts';
import type { Adapter } from './webgpu-adapter.ts';
import { loadWebgpu } from './webgpu-load.ts';

/** The widest vector instructions that oneDNN may use: not a setting of ours, but results depend on it. */
const WIDEST_INSTRUCTIONS = 'ONEDNN_MAX_CPU_ISA';

/** The engine of one process. */
export interface EngineDescription {
  /** `'tensorflow'` for the native library, `'tfjs'` for plain JavaScript. */
  readonly name: string;
  /** Version of TensorFlow (2.21.0), or of tfjs for plain JavaScript. */
  readonly version: string;
  /** tfjs's name of the backend: `'tensorflow'`, `'webgpu'` or `'cpu'`. */
  readonly backend: string;
  /** The device that the library reports. */
  readonly device: Device;
  /** Number of threads that one operation may use. */
  readonly threads: number;
  /** Environment variables that change TensorFlow's results or speed, by name; only those that are set. */
  readonly settings: Readonly<Record<string, string>>;
  /** The graphics card of WebGPU; absent on other backends. */
  readonly adapter?: Adapter;
}

/** Properties that only the native backend has. */
type NativeBackend = KernelBackend & { isUsingGpuDevice: boolean; binding: { TF_Version: string } };

/**
 * Loads TensorFlow into this process and describes it.
 *
 * @throws Error if the library does not load
 */
export async function describeEngine(): Promise<EngineDescription> {
  const tf = await tensorflow();
  const backend = tf.getBackend();
  if (backend !== 'tensorflow') {
    return {
      name: 'tfjs',
      version: tf.version['tfjs-core'] ?? '',
      backend,
      device: backend === 'webgpu' ? 'webgpu' : 'cpu',
      threads: 1,
      settings: {},
      ...(backend === 'webgpu' && { adapter: (await loadWebgpu()).adapter }),
    };
  }
  const { isUsingGpuDevice, binding } = tf.backend() as NativeBackend;
  const threads = Number(process.env['TF_NUM_INTRAOP_THREADS']) || os.availableParallelism();
  const device = isUsingGpuDevice ? 'gpu' : 'cpu';
  const settings = Object.fromEntries(
    [...ENGINE_SETTINGS, WIDEST_INSTRUCTIONS].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { name: 'tensorflow', version: binding.TF_Version, backend, device, threads, settings };
}
