// Matrix products and convolutions that come out the same every time.
import type { Tensorflow } from './tensorflow-type.ts';

type KernelCall = Parameters<ReturnType<Tensorflow['getKernel']>['kernelFunc']>[0];

/** Terms of the sums in a matrix product. */
const termsOfProduct = ({ inputs, attrs }: KernelCall): number =>
  inputs['a']!.shape.at(attrs!['transposeA'] ? -2 : -1)!;
/** The same of a convolution, which tfjs may compute as a product. */
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
/** From so many terms on, tfjs cuts the sums of a product of few groups of threads up. */
const MANY_TERMS = 2000;
/** So few groups that no product has them; 0 would stand for tfjs's own number. */
const NEVER = 0.5;
const OWN_NUMBER = -1;

/**
 * Makes long sums be taken in one order. tfjs would cut some of them up and add the parts by atomic additions, in the
 * order in which the card gets to them: the same product would round differently from time to time.
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
          tf.env().set(THRESHOLD, OWN_NUMBER);
        }
      },
    });
  }
}
