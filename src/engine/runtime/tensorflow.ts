// Loads TensorFlow. All code that computes with it calls `tensorflow()`, after provisioning has made it available.
import { createRequire } from 'node:module';
import util from 'node:util';
import type { Tensorflow } from './tensorflow-type.ts';

export type { Tensorflow };

/**
 * Environment variable that selects an engine other than the native library: `javascript` for plain JavaScript, `webgpu`
 * for a graphics card.
 */
export const ENGINE_VARIABLE = 'FITTING_ROOM_ENGINE';

let loaded: Promise<Tensorflow> | undefined;
let requests = 0;

/** Returns whether TensorFlow was requested in this process. */
export function isTensorflowLoaded(): boolean {
  return loaded !== undefined;
}

/** Returns how many times this process called `tensorflow()`: two values that differ show that TensorFlow was used. */
export function tensorflowRequests(): number {
  return requests;
}

/**
 * Loads TensorFlow into this process, once; it takes about a second. If provisioning has selected plain JavaScript
 * (`FITTING_ROOM_ENGINE=javascript`, inherited by child processes), it is tfjs's backend `cpu`; for a graphics card without
 * CUDA (`FITTING_ROOM_ENGINE=webgpu`) it is the backend `webgpu`. `describeEngine` says which one it is.
 *
 * @throws Error if the native library was not provisioned by `ensureEngine`
 */
export function tensorflow(): Promise<Tensorflow> {
  requests++;
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Tensorflow> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  // Node 23 removed two functions that the binding still calls.
  const helpers = util as unknown as Record<string, unknown>;
  helpers['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  helpers['isArray'] ??= Array.isArray;
  const tf = await loadEngine(process.env[ENGINE_VARIABLE]);
  await tf.ready();
  return tf;
}

async function loadEngine(name: string | undefined): Promise<Tensorflow> {
  if (name === 'javascript') return loadJavaScript();
  if (name === 'webgpu') return (await (await import('./webgpu-load.ts')).loadWebgpu()).tf;
  return loadNative();
}

async function loadNative(): Promise<Tensorflow> {
  try {
    const module = (await import('@tensorflow/tfjs-node-gpu')) as Tensorflow & { default?: Tensorflow };
    return module.default ?? module;
  } catch (cause) {
    throw new Error("TensorFlow's native library does not load; npm run doctor says why", { cause });
  }
}

/** Loads the copy of tfjs that the native package depends on, with kernels in JavaScript. */
function loadJavaScript(): Tensorflow {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const tf = fromPackage('@tensorflow/tfjs') as Tensorflow;
  tf.setBackend('cpu');
  return tf;
}
