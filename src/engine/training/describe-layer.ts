// Layers in errors: as their author wrote them, not by the names that tfjs gives them.
import type { layers } from '@tensorflow/tfjs-node-gpu';
import type { Tensorflow } from '../runtime/tensorflow.ts';

/** Settings that are shown, in this order, and the value that is not worth showing. */
const SHOWN: Readonly<Record<string, unknown>> = {
  name: undefined,
  units: undefined,
  filters: undefined,
  kernelSize: undefined,
  poolSize: undefined,
  strides: 1,
  padding: 'valid',
  rate: undefined,
  stddev: undefined,
  targetShape: undefined,
  activation: 'linear',
};

/**
 * Writes a layer as its author does: `conv2d({ filters: 64, kernelSize: 3 })`, `class Noise`.
 *
 * @param layer of tfjs, or of a class of the author
 */
export function describeLayer(tf: Tensorflow, layer: layers.Layer): string {
  const className = layer.getClassName();
  const factory = Object.keys(tf.layers).find((name) => name.toLowerCase() === className.toLowerCase());
  if (factory === undefined || factory === className) return `class ${className}`;
  const config = configOf(layer);
  // The default of a pooling layer.
  const unshown = { ...SHOWN, ...('poolSize' in config && { strides: shortened(config['poolSize']) }) };
  const settings = Object.entries(unshown).flatMap(([key, usual]) => {
    const value = key === 'name' ? givenName(layer) : shortened(config[key]);
    if (value === undefined || value === null || value === usual) return [];
    return `${key}: ${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)}`;
  });
  return settings.length > 0 ? `${factory}({ ${settings.join(', ')} })` : `${factory}()`;
}

/**
 * Returns a layer's name without the number that tfjs adds: the name that its author gave it, otherwise its type.
 *
 * @param layer any layer
 */
export function withoutNumber(layer: layers.Layer): string {
  return layer.name.replace(new RegExp(`_${layer.getClassName()}\\d+$`), '');
}

function givenName(layer: layers.Layer): string | undefined {
  return withoutNumber(layer) === layer.name ? layer.name : undefined;
}

function configOf(layer: layers.Layer): Record<string, unknown> {
  try {
    return layer.getConfig();
  } catch {
    return {};
  }
}

/** `[3, 3]` is written as `3`, as authors do. */
function shortened(value: unknown): unknown {
  const isEqual = Array.isArray(value) && value.length > 0 && value.every((one) => one === value[0]);
  return isEqual ? value[0] : value;
}
