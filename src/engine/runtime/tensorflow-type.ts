// The type of tfjs, apart from its loader, for modules that the loader imports.

/** The whole of tfjs on the native backend. On the plain JavaScript backend `node` is missing and all else is there. */
export type Tensorflow = typeof import('@tensorflow/tfjs-node-gpu');
