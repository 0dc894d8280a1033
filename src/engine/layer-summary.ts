// A network's layers as data: shapes, weights, arithmetic.
import type { LayersModel, Shape } from '@tensorflow/tfjs-node-gpu';
import type { LayerSummary } from '../types.ts';

/**
 * Lists a network's layers in the order in which they are computed, the input left out. A table of weights (two or more
 * dimensions) costs one multiplication and addition a weight at each position of the output: one in a dense layer,
 * height x width in a convolution.
 *
 * @param model built
 */
export function summarizeLayers(model: LayersModel): LayerSummary[] {
  return model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .map((layer) => {
      const outputShape = (layer.outputShape as Shape).slice(1).map((size) => size ?? 0);
      const positions = outputShape.slice(0, -1).reduce((product, size) => product * size, 1);
      const tables = layer.getWeights().filter(({ rank }) => rank > 1);
      return {
        name: layer.name,
        kind: layer.getClassName(),
        outputShape,
        parameters: layer.countParams(),
        multiplyAdds: positions * tables.reduce((sum, { size }) => sum + size, 0),
      };
    });
}
