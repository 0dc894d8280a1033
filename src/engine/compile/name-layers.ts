// Says which layer keeps a step from being compiled.
import type { LayersModel, layers } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';
import { describeLayer } from '../training/describe-layer.ts';
import { CannotCompile } from './trace.ts';

/**
 * Runs work that applies a model, and adds the layer to the message of a `CannotCompile` that arises in it: its place,
 * counted without the input, and its settings.
 *
 * @param model whose layers are named
 * @param work applies the model; synchronous
 */
export function withLayerNames<T>(tf: Tensorflow, model: LayersModel, work: () => T): T {
  const prototype = tf.layers.Layer.prototype as { apply: layers.Layer['apply'] };
  const { apply } = prototype;
  const places = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  let isNamed = false;
  prototype.apply = function named(this: layers.Layer, inputs, kwargs) {
    try {
      return apply.call(this, inputs, kwargs);
    } catch (error) {
      const place = places.indexOf(this) + 1;
      if (!(error instanceof CannotCompile) || isNamed || place === 0) throw error;
      isNamed = true;
      throw new CannotCompile(`layer ${place}, ${describeLayer(tf, this)}: ${error.message}`);
    }
  };
  try {
    return work();
  } finally {
    prototype.apply = apply;
  }
}
