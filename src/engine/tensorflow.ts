// The door to TensorFlow: everything that computes with it gets it here, after provisioning made it available.
import util from 'node:util';

/** The whole of tfjs on the native backend. */
export type Tensorflow = typeof import('@tensorflow/tfjs-node-gpu');

let loaded: Promise<Tensorflow> | undefined;

/**
 * Loads TensorFlow into this process, once. Takes about a second the first time.
 *
 * @throws Error when the native library was not provisioned (`ensureEngine` does that)
 */
export function tensorflow(): Promise<Tensorflow> {
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
  const module = (await import('@tensorflow/tfjs-node-gpu')) as Tensorflow & { default?: Tensorflow };
  const tf = module.default ?? module;
  await tf.ready();
  return tf;
}
