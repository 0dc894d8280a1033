// The type of tfjs, separate from its loader, for modules that the loader imports.

/** tfjs with the native backend. In plain JavaScript and on WebGPU only `node` is missing. */
export type Tensorflow = typeof import('@tensorflow/tfjs-node-gpu');
