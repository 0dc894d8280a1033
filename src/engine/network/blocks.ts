// Building blocks of networks.
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/**
 * Keras's default for the initial weights of convolutions and dense layers, and therefore that of recipes published with
 * Keras. tfjs has another default with 0.88 times the standard deviation: it cuts its normal distribution off at two
 * standard deviations and does not correct for that.
 */
export const KERAS_WEIGHTS = { kernelInitializer: 'glorotUniform' } as const;

/** Layers as functions of symbolic tensors, with the settings that the networks of this project share. */
export interface Blocks {
  /**
   * 3x3 convolution with padding and without bias, because the normalisation after it would remove the bias.
   *
   * @see He, K. et al. (2015). Delving deep into rectifiers. ICCV (the initial weights).
   */
  convolution(input: SymbolicTensor, filters: number): SymbolicTensor;
  /** Dense layer without bias. */
  dense(input: SymbolicTensor, units: number): SymbolicTensor;
  /** Batch normalisation of each channel. */
  normalized(input: SymbolicTensor): SymbolicTensor;
  /** ReLU. */
  rectified(input: SymbolicTensor): SymbolicTensor;
  /** 2x2 max pooling. */
  halved(input: SymbolicTensor): SymbolicTensor;
  /** Dropout. */
  dropped(input: SymbolicTensor, rate: number): SymbolicTensor;
  /**
   * Residual block of two convolutions.
   *
   * @param input must have `filters` channels
   * @see He, K. et al. (2016). Deep residual learning for image recognition. CVPR.
   */
  residual(input: SymbolicTensor, filters: number): SymbolicTensor;
  /** Ends a network with a softmax over the classes and returns the model. */
  classified(input: SymbolicTensor, features: SymbolicTensor, classCount: number): LayersModel;
}

/** Returns the building blocks. */
export function blocks(tf: Tensorflow): Blocks {
  const { layers } = tf;
  const initial = { useBias: false, kernelInitializer: 'heNormal' } as const;
  const parts: Blocks = {
    convolution: (input, filters) =>
      layers.conv2d({ filters, kernelSize: 3, padding: 'same', ...initial }).apply(input) as SymbolicTensor,
    dense: (input, units) => layers.dense({ units, ...initial }).apply(input) as SymbolicTensor,
    // With the usual momentum of 0.99 the arbitrary start value lasts for hundreds of steps, more than a short fit has.
    normalized: (input) => layers.batchNormalization({ momentum: 0.9 }).apply(input) as SymbolicTensor,
    rectified: (input) => layers.reLU().apply(input) as SymbolicTensor,
    halved: (input) => layers.maxPooling2d({ poolSize: 2 }).apply(input) as SymbolicTensor,
    dropped: (input, rate) => layers.dropout({ rate }).apply(input) as SymbolicTensor,
    residual(input, filters) {
      const first = parts.rectified(parts.normalized(parts.convolution(input, filters)));
      const second = parts.normalized(parts.convolution(first, filters));
      return parts.rectified(layers.add().apply([input, second]) as SymbolicTensor);
    },
    classified(input, features, classCount) {
      const output = layers.dense({ units: classCount, activation: 'softmax' }).apply(features) as SymbolicTensor;
      return tf.model({ inputs: input, outputs: output });
    },
  };
  return parts;
}
