// Batch normalisation in training on WebGPU, with an explicit gradient; tfjs composes both of dozens of operations.
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Normalization } from '../compile/layers.ts';
import { type Elementwise, runElementwise } from '../runtime/webgpu-device.ts';

// The last axis has the channels: position `index` belongs to channel `index % channels`.
const CHANNEL = { channels: 'i32', epsilon: 'f32' } as const;

const NORMALIZE: Elementwise = {
  name: 'normalize',
  inputs: ['x', 'mean', 'variance', 'scale', 'offset'],
  uniforms: CHANNEL,
  value: `let c = index % uniforms.channels;
    let standard = (x[index] - mean[c]) / sqrt(variance[c] + uniforms.epsilon);
    standard * scale[c] + offset[c]`,
};
const SQUARED_DEVIATION: Elementwise = {
  name: 'squared-deviation',
  inputs: ['x', 'mean'],
  uniforms: { channels: 'i32' },
  value: `let deviation = x[index] - mean[index % uniforms.channels];
    deviation * deviation`,
};
const SCALE_SLOPE: Elementwise = {
  name: 'scale-slope',
  inputs: ['dy', 'x', 'mean', 'variance'],
  uniforms: CHANNEL,
  value: `let c = index % uniforms.channels;
    dy[index] * (x[index] - mean[c]) / sqrt(variance[c] + uniforms.epsilon)`,
};
const INPUT_SLOPE: Elementwise = {
  name: 'input-slope',
  inputs: ['dy', 'x', 'mean', 'variance', 'scale', 'scaleSlope', 'offsetSlope'],
  uniforms: { ...CHANNEL, samples: 'f32' },
  value: `let c = index % uniforms.channels;
    let inverse = 1.0 / sqrt(variance[c] + uniforms.epsilon);
    let standard = (x[index] - mean[c]) * inverse;
    let lost = (offsetSlope[c] + standard * scaleSlope[c]) / uniforms.samples;
    scale[c] * inverse * (dy[index] - lost)`,
};

/** Batch normalisation for `replaceLayers`. */
export const normalizeOnWebgpu: Normalization = (tf, input, scale, offset, epsilon, moved) => {
  const channels = input.shape[3];
  const samples = input.size / channels;
  const flat = (tensor: Tensor): Tensor2D => tf.reshape(tensor, [samples, channels]);
  const operation = tf.customGrad((image, gamma, beta, save) => {
    const x = flat(image as Tensor);
    const mean = tf.mean<Tensor1D>(x, 0);
    const squares = runElementwise<Tensor2D>(tf, SQUARED_DEVIATION, [x, mean], x.shape, { channels });
    const variance = tf.mean<Tensor1D>(squares, 0);
    moved(mean, variance);
    const inputs = [x, mean, variance, gamma as Tensor, beta as Tensor];
    const y = runElementwise<Tensor2D>(tf, NORMALIZE, inputs, x.shape, { channels, epsilon });
    (save as (tensors: Tensor[]) => void)([x, mean, variance, gamma as Tensor]);
    const gradFunc = (dy: Tensor, [x2, mean2, variance2, gamma2]: Tensor[]): Tensor[] => {
      const slope = flat(dy);
      const values = { channels, epsilon };
      const own = [slope, x2!, mean2!, variance2!];
      const scaleSlope = tf.sum(runElementwise(tf, SCALE_SLOPE, own, slope.shape, values), 0);
      const offsetSlope = tf.sum(slope, 0);
      const all = [...own, gamma2!, scaleSlope, offsetSlope];
      const inputSlope = runElementwise(tf, INPUT_SLOPE, all, slope.shape, { ...values, samples });
      return [tf.reshape(inputSlope, input.shape), scaleSlope, offsetSlope];
    };
    return { value: tf.reshape(y, input.shape), gradFunc };
  });
  return operation(input, scale, offset) as Tensor4D;
};
