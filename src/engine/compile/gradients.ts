// Gradients of rectifiers as one TensorFlow operation each; tfjs composes them of half a dozen.
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { DTYPE, runOperation } from './native.ts';

/**
 * Makes tfjs take gradients of rectifiers from TensorFlow until it is undone.
 *
 * @param tf TensorFlow on the native backend
 * @returns undoes it
 */
export function replaceGradients(tf: Tensorflow): () => void {
  const T = { type: DTYPE.float32 };
  const replacements: GradConfig[] = [
    {
      kernelName: tf.Relu,
      // Its output is enough, so that TensorFlow may melt the rectifier into the operation before it.
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
