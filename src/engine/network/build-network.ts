// Builds a network and checks its form before anything is trained. Errors name the layer as its author wrote it.
import type { LayersModel, layers, Shape, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import { messageOf, UserError } from '../../base/errors.ts';
import type { ImageShape } from '../../types.ts';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { describeLayer } from '../training/describe-layer.ts';
import { checkForm } from './check-form.ts';
import type { LayersRecipe } from './network-recipe.ts';

type Layer = layers.Layer;
type Apply = Layer['apply'];

/** What a network is built for. */
export interface NetworkInput {
  readonly shape: ImageShape;
  readonly classCount: number;
}

/**
 * Builds a network by its recipe.
 *
 * @param recipe whose `build` is called
 * @param input size of the images and number of classes
 * @throws UserError if a layer does not fit the one before it, or the network is not of the form that is trained: one input
 *   of the size of the images, one output per class, softmax
 */
export function buildNetwork(tf: Tensorflow, recipe: LayersRecipe, input: NetworkInput): LayersModel {
  const model = withNamedLayers(tf, input.shape, () => recipe.build(tf, input));
  checkForm(tf, model, input);
  return model;
}

/** Calls `build`, and turns the error of a layer into one that names it. Layers are counted without the input. */
function withNamedLayers(tf: Tensorflow, shape: ImageShape, build: () => LayersModel): LayersModel {
  const prototype = tf.layers.Layer.prototype as { apply: Apply };
  const { apply } = prototype;
  let count = 0;
  let isInside = false;
  prototype.apply = function named(this: Layer, inputs, kwargs) {
    // A layer that applies other layers, such as a wrapper, is named itself.
    if (isInside) return apply.call(this, inputs, kwargs);
    isInside = true;
    count++;
    const title = (): string => `layer ${count}, ${describeLayer(tf, this)}`;
    try {
      const output = apply.call(this, inputs, kwargs);
      const [before, after] = [shapeOf(inputs), shapeOf(output)];
      if (after?.some((size) => size !== null && size < 1)) throw new UserError(tooSmall(title(), this, before, shape));
      return output;
    } catch (error) {
      if (error instanceof UserError) throw error;
      const given = shapeOf(inputs);
      const what = given ? ` (it is given ${sizeText(given)})` : '';
      const reason = messageOf(error).replaceAll(`layer ${this.name}`, 'it').replaceAll(this.name, 'it');
      throw new UserError(`${title()} does not fit the layer before it${what}: ${reason}`, { cause: error });
    } finally {
      isInside = false;
    }
  };
  try {
    return build();
  } finally {
    prototype.apply = apply;
  }
}

/** Sizes of one symbolic tensor without the batch; undefined for others. */
function shapeOf(value: unknown): Shape | undefined {
  const one = Array.isArray(value) ? (value.length === 1 ? value[0] : undefined) : value;
  return (one as SymbolicTensor | undefined)?.shape?.slice(1);
}

function sizeText(sizes: Shape): string {
  return sizes.map((size) => size ?? '?').join(' x ');
}

/** The layer makes images without pixels. */
function tooSmall(title: string, layer: Layer, before: Shape | undefined, { height, width }: ImageShape): string {
  const { kernelSize, poolSize } = layer as unknown as { kernelSize?: number[]; poolSize?: number[] };
  const window = kernelSize ?? poolSize;
  const here = before && before.length === 3 ? before.slice(0, 2) : before;
  return (
    `${title}: the images are ${here ? sizeText(here) : 'too small'} here (${height} x ${width} at the input), too small for ` +
    `${window ? `its window of ${sizeText(window)}` : 'it'}: use padding: 'same', or pool less before it`
  );
}
