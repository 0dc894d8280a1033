// Grad-CAM: which positions of a convolution support a class.
import type { LayersModel, layers, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { UserError, unknownName } from '../../base/errors.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { predictedLogits } from '../training/logits.ts';
import { nameLayers } from './layer-summary.ts';

type Layer = layers.Layer;

/**
 * Returns a convolution of a network.
 *
 * @param model built
 * @param name name of the convolution, as in `nameLayers`. Default: the last one
 * @throws UserError if the network has no convolution, or none with that name
 */
export function convolutionOf(model: LayersModel, name?: string): Layer {
  const all = model.layers.filter((layer) => /Conv2D$/.test(layer.getClassName()));
  if (all.length === 0) throw new UserError('Grad-CAM needs a convolution, and this network has none');
  if (name === undefined) return all.at(-1)!;
  const names = nameLayers(model);
  const found = all.find((layer) => names.get(layer) === name);
  if (!found)
    throw unknownName(
      'convolution',
      name,
      all.map((layer) => names.get(layer)!),
    );
  return found;
}

/**
 * Computes Grad-CAM: the outputs of a convolution, weighted by the mean gradient of the class's logit with respect to each
 * channel, summed over channels; negative values become 0. Each map is divided by its maximum.
 *
 * @param model ends in softmax
 * @param layer one of its convolutions
 * @param input n x height x width x channels, 0 to 1
 * @param labels the class to explain, one per image
 * @returns n x height x width of the convolution's output, 0 to 1; all 0 if nothing supports the class
 * @see Selvaraju, R. R. et al. (2017). Grad-CAM: visual explanations from deep networks via gradient-based localization.
 *   ICCV.
 */
export function gradCam(
  tf: Tensorflow,
  model: LayersModel,
  layer: Layer,
  input: Tensor4D,
  labels: Uint8Array,
): Tensor3D {
  const classCount = model.outputs[0]!.shape[1]!;
  return tf.tidy(() => {
    const chosen = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classCount);
    let activations: Tensor4D | undefined;
    // The gradient with respect to a tensor that is added to the output is the gradient with respect to the output.
    const score = (added: Tensor): Tensor =>
      withOutput(
        layer,
        (output) => {
          activations = tf.keep(output as Tensor4D);
          return tf.add(output, added);
        },
        () => tf.sum(tf.mul(predictedLogits(model, input) as Tensor2D, tf.cast(chosen, 'float32'))),
      );
    const shape = [input.shape[0], ...(layer.outputShape as number[]).slice(1)];
    const slopes = tf.grad(score)(tf.zeros(shape)) as Tensor4D;
    const weights = tf.mean(slopes, [1, 2], true);
    const maps = tf.relu(tf.sum<Tensor3D>(tf.mul(activations!, weights), 3));
    activations!.dispose();
    const most = tf.max(maps, [1, 2], true);
    return tf.divNoNan(maps, most) as Tensor3D;
  });
}

/** Runs a function while a layer's output is replaced. */
function withOutput<T>(layer: Layer, replace: (output: Tensor) => Tensor, run: () => T): T {
  const changed = layer as unknown as { call: (...given: unknown[]) => Tensor | Tensor[] };
  const { call } = changed;
  changed.call = (...given) => {
    const output = call.apply(layer, given);
    return replace(Array.isArray(output) ? output[0]! : output);
  };
  try {
    return run();
  } finally {
    // The method belongs to the class, so the instance's property is deleted.
    Reflect.deleteProperty(changed, 'call');
  }
}
