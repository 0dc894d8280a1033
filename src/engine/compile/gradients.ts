// Gradients of ReLU and leaky ReLU as one TensorFlow operation each; tfjs composes them of about six.
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { DTYPE, runOperation } from './native.ts';

/**
 * Makes tfjs compute the gradients of ReLU and leaky ReLU by TensorFlow operations.
 *
 * @param tf TensorFlow on the native backend
 * @returns a function that restores the previous gradients
 */
export function replaceGradients(tf: Tensorflow): () => void {
  const T = { type: DTYPE.float32 };
  const replacements: GradConfig[] = [
    {
      kernelName: tf.Relu,
      // The gradient needs only the output, so TensorFlow can fuse the ReLU with the operation before it.
      outputsToSave: [true],
      gradFunc: (dy, [output]) => ({
        x: () => runOperation(tf, 'ReluGrad', [dy as Tensor, output!], { T }, 1)[0]!,
      }),
    },
    {
      kernelName: tf.LeakyRelu,
      inputsToSave: ['x'],
      gradFunc: (dy, [input], attributes: NamedAttrMap) => ({
        x: () => {
          const alpha = { float: attributes['alpha'] as number };
          return runOperation(tf, 'LeakyReluGrad', [dy as Tensor, input!], { T, alpha }, 1)[0]!;
        },
      }),
    },
  ];
  const originals = replacements.map(({ kernelName }) => tf.getGradient(kernelName));
  register(tf, replacements);
  return () => register(tf, originals);
}

function register(tf: Tensorflow, gradients: readonly GradConfig[]): void {
  for (const gradient of gradients) {
    tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
}
