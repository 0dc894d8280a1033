// The door to TensorFlow: everything that computes with it gets it here, after provisioning made it available.

import { createRequire } from 'node:module';
import util from 'node:util';
import type { Tensorflow } from './tensorflow-type.ts';

export type { Tensorflow };

/**
 * Set to `javascript` or `webgpu`, it makes provisioning and `tensorflow()` do without the native library, in plain
 * JavaScript or on a graphics card.
 */
export const ENGINE_VARIABLE = 'FITTING_ROOM_ENGINE';

let loaded: Promise<Tensorflow> | undefined;
let requests = 0;

/** Tells whether anything in this process asked for TensorFlow. */
export function isTensorflowLoaded(): boolean {
  return loaded !== undefined;
}

/** Returns how many times this process called `tensorflow()`: two values that differ show that TensorFlow was used. */
export function tensorflowRequests(): number {
  return requests;
}

/**
 * Loads TensorFlow into this process, once. Takes about a second the first time. Where provisioning had to fall back to
 * plain JavaScript (`FITTING_ROOM_ENGINE=javascript`, inherited by child processes) it is tfjs's backend `cpu`, and on a
 * graphics card without CUDA (`FITTING_ROOM_ENGINE=webgpu`) `webgpu`; which one it is, `describeEngine` says.
 *
 * @throws Error when the native library was not provisioned (`ensureEngine` does that)
 */
export function tensorflow(): Promise<Tensorflow> {
  requests++;
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Tensorflow> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  // Node 23 removed two helpers that the binding still calls.
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
    throw new Error("TensorFlow's native library does not load; npm run doctor says what is wrong", { cause });
  }
}

/** tfjs as the native package depends on it; its kernels are all in JavaScript. */
function loadJavaScript(): Tensorflow {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const tf = fromPackage('@tensorflow/tfjs') as Tensorflow;
  tf.setBackend('cpu');
  return tf;
}
