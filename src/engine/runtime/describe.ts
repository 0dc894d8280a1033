// What this process computes with: goes into every record.
import os from 'node:os';
import type { KernelBackend } from '@tensorflow/tfjs-node-gpu';
import type { Device } from '../../types.ts';
import { ENGINE_SETTINGS } from './environment.ts';
import { detectSimd } from './simd.ts';
import { tensorflow } from './tensorflow.ts';
import type { Adapter } from './webgpu-adapter.ts';
import { loadWebgpu } from './webgpu-load.ts';

/** The engine of one process. */
export interface EngineDescription {
  /** `'tensorflow'` for the native library, `'tfjs'` for plain JavaScript. */
  readonly name: string;
  /** TensorFlow's own version (2.21.0), or that of tfjs for plain JavaScript. */
  readonly version: string;
  /** The name tfjs has for it: `'tensorflow'`, `'webgpu'` or `'cpu'`. */
  readonly backend: string;
  /** What the library itself says it computes on. */
  readonly device: Device;
  /** Threads one operation may use. */
  readonly threads: number;
  /** Variables of the environment that change what TensorFlow computes or how fast, by name; those that are set. */
  readonly settings: Readonly<Record<string, string>>;
  /** The graphics card that WebGPU computes on; absent on other backends. */
  readonly adapter?: Adapter;
  /** The processor's SIMD level; null where the system does not say. */
  readonly simd: string | null;
}

/** What the native backend has beyond other backends. */
type NativeBackend = KernelBackend & { isUsingGpuDevice: boolean; binding: { TF_Version: string } };

/**
 * Loads TensorFlow into this process and describes it.
 *
 * @throws Error when the library does not load
 */
export async function describeEngine(): Promise<EngineDescription> {
  const tf = await tensorflow();
  const backend = tf.getBackend();
  const simd = await detectSimd();
  if (backend !== 'tensorflow') {
    return {
      name: 'tfjs',
      version: tf.version['tfjs-core'] ?? '',
      backend,
      device: backend === 'webgpu' ? 'webgpu' : 'cpu',
      threads: 1,
      settings: {},
      ...(backend === 'webgpu' && { adapter: (await loadWebgpu()).adapter }),
      simd,
    };
  }
  const { isUsingGpuDevice, binding } = tf.backend() as NativeBackend;
  const threads = Number(process.env['TF_NUM_INTRAOP_THREADS']) || os.availableParallelism();
  const device = isUsingGpuDevice ? 'gpu' : 'cpu';
  const settings = Object.fromEntries(
    ENGINE_SETTINGS.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { name: 'tensorflow', version: binding.TF_Version, backend, device, threads, settings, simd };
}
