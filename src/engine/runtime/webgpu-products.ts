// Makes matrix products and convolutions on WebGPU reproducible.
import type { Tensorflow } from './tensorflow-type.ts';

type KernelCall = Parameters<ReturnType<Tensorflow['getKernel']>['kernelFunc']>[0];

/** Returns the number of terms of the sums in a matrix product. */
const termsOfProduct = ({ inputs, attrs }: KernelCall): number =>
  inputs['a']!.shape.at(attrs!['transposeA'] ? -2 : -1)!;
/** Returns the same for a convolution, which tfjs may compute as a matrix product. */
const termsOfConvolution = ({ inputs }: KernelCall): number => {
  const [height, width, channels] = inputs['filter']!.shape;
  return height! * width! * channels!;
};
const KERNELS = {
  BatchMatMul: termsOfProduct,
  _FusedMatMul: termsOfProduct,
  Conv2D: termsOfConvolution,
  FusedConv2D: termsOfConvolution,
};

const THRESHOLD = 'WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL';
/** From this number of terms on, tfjs may split the sums of a product that has few workgroups. */
const MANY_TERMS = 2000;
/** Fewer workgroups than any product has; 0 would mean tfjs's default. */
const NEVER = 0.5;
const DEFAULT = -1;

/**
 * Makes the order of long sums fixed. tfjs would split some of them and add the parts by atomic additions in any order, so
 * that the same product could have different rounding errors.
 *
 * @param tf TensorFlow on WebGPU
 */
export function orderProducts(tf: Tensorflow): void {
  for (const [name, termsOf] of Object.entries(KERNELS)) {
    const kernel = tf.getKernel(name, 'webgpu');
    tf.unregisterKernel(name, 'webgpu');
    tf.registerKernel({
      ...kernel,
      kernelFunc(call) {
        if (termsOf(call) < MANY_TERMS) return kernel.kernelFunc(call);
        tf.env().set(THRESHOLD, NEVER);
        try {
          return kernel.kernelFunc(call);
        } finally {
          tf.env().set(THRESHOLD, DEFAULT);
        }
      },
    });
  }
}
