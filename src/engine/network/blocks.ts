// Parts that networks are built of.
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/**
 * How Keras draws the first weights of a convolution or a dense layer unless told otherwise, and so how the recipes did
 * that were printed with it. tfjs has another default, with 0.88 times the spread: its normal distribution is cut off at
 * two standard deviations and not widened to make up for it.
 */
export const KERAS_WEIGHTS = { kernelInitializer: 'glorotUniform' } as const;

/** Layers as functions of symbolic tensors, with what the networks of this project have in common. */
export interface Blocks {
  /**
   * Convolves 3x3 with padding and without bias, which the normalisation after it would remove.
   *
   * @see He, K. et al. (2015). Delving deep into rectifiers. ICCV (the initial weights).
   */
  convolution(input: SymbolicTensor, filters: number): SymbolicTensor;
  /** Weighs all values of an image, without bias either. */
  dense(input: SymbolicTensor, units: number): SymbolicTensor;
  /** Normalises each channel over the batch. */
  normalized(input: SymbolicTensor): SymbolicTensor;
  rectified(input: SymbolicTensor): SymbolicTensor;
  /** Keeps the largest of every 2x2 pixels. */
  halved(input: SymbolicTensor): SymbolicTensor;
  /** Sets a share of the values to 0 in training. */
  dropped(input: SymbolicTensor, rate: number): SymbolicTensor;
  /**
   * Adds two convolutions of an input to it.
   *
   * @param input of as many channels as `filters`
   * @see He, K. et al. (2016). Deep residual learning for image recognition. CVPR.
   */
  residual(input: SymbolicTensor, filters: number): SymbolicTensor;
  /** Ends a network: probabilities of the classes. */
  classified(input: SymbolicTensor, features: SymbolicTensor, classCount: number): LayersModel;
}

/** Makes the parts. */
export function blocks(tf: Tensorflow): Blocks {
  const { layers } = tf;
  const initial = { useBias: false, kernelInitializer: 'heNormal' } as const;
  const parts: Blocks = {
    convolution: (input, filters) =>
      layers.conv2d({ filters, kernelSize: 3, padding: 'same', ...initial }).apply(input) as SymbolicTensor,
    dense: (input, units) => layers.dense({ units, ...initial }).apply(input) as SymbolicTensor,
    // The usual momentum of 0.99 remembers its arbitrary start for hundreds of steps, more than a short fit takes.
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
