// What provisioning is asked for, and what it returns.
import path from 'node:path';
import { formatAdapter } from '../../document/engine-text.ts';
import type { Device } from '../../types.ts';
import { ENGINE_VARIABLE } from '../runtime/tensorflow.ts';
import type { WebgpuProbe } from '../runtime/webgpu-probe.ts';
import { TENSORFLOW_VERSION } from './wheels.ts';

/** Progress of provisioning. */
export interface EngineProgress {
  /** Description of the current step. */
  readonly step: string;
  /** Bytes, or 0 and 1 for a step that cannot be measured. */
  readonly done: number;
  readonly total: number;
}

/** Options of provisioning. */
export interface EngineOptions {
  /**
   * `'auto'` uses an NVIDIA card if there is one, and WebGPU only if the native library is not available. `'gpu'` requires
   * CUDA. `'webgpu'` requires a graphics card that WebGPU can use.
   */
  readonly device: 'auto' | Device;
  onProgress?(progress: EngineProgress): void;
  /** Folder of the engine in the cache. */
  readonly cacheDir?: string;
  /** Folder of @tensorflow/tfjs-node-gpu. */
  readonly packageDir?: string;
}

/** The engine that was provisioned. */
export interface EngineStatus {
  /** `'javascript'` is tfjs without a library: correct, but too slow for networks at full size. */
  readonly kind: 'native' | 'webgpu' | 'javascript';
  /** Origin of the library: the CPU wheel, the CUDA wheels, the package's download (older), WebGPU, or none. */
  readonly source: 'cpu' | 'cuda' | 'package' | 'webgpu' | 'none';
  /** The device that computes. */
  readonly device: Device;
  /** Messages for the user: what is not available, and what to do about it. Empty if everything is as requested. */
  readonly notices: readonly string[];
  /** Environment variables of processes that use the engine. They are set in this process, and children inherit them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Returns the status of an engine on WebGPU. */
export function webgpuStatus({ adapter }: Pick<WebgpuProbe, 'adapter'>, notices: readonly string[]): EngineStatus {
  return {
    kind: 'webgpu',
    source: 'webgpu',
    device: 'webgpu',
    notices: [...notices, `WebGPU computes on ${formatAdapter(adapter)}`],
    environment: { [ENGINE_VARIABLE]: 'webgpu' },
  };
}

/** Returns the status of an engine in plain JavaScript. */
export function javascriptStatus(notices: readonly string[]): EngineStatus {
  return {
    kind: 'javascript',
    source: 'none',
    device: 'cpu',
    notices,
    environment: { [ENGINE_VARIABLE]: 'javascript' },
  };
}

/** Returns the status of the library that the package downloads. */
export function packageStatus(packageDir: string, notices: readonly string[]): EngineStatus {
  const notice =
    'the engine is the older TensorFlow that the package downloads, without GPU support; remove ' +
    `${path.join(packageDir, 'deps')} to try ${TENSORFLOW_VERSION} again`;
  return { kind: 'native', source: 'package', device: 'cpu', notices: [...notices, notice], environment: {} };
}
