// A network's layers as data: shapes, weights, arithmetic.
import type { LayersModel, layers, Shape } from '@tensorflow/tfjs-node-gpu';
import type { LayerSummary } from '../../types.ts';

/**
 * Names a network's layers: as its author did, else by what they are and their place among the like. The names that tfjs
 * gives count all layers of the process, so that a model has others each time it is built.
 *
 * @param model built
 * @returns unless the author repeats one, a name of its own for each layer, in the model's order
 */
export function nameLayers(model: LayersModel): Map<layers.Layer, string> {
  const counts = new Map<string, number>();
  return new Map(
    model.layers.map((layer) => {
      const given = layer.name.replace(new RegExp(`_${layer.getClassName()}\\d+$`), '');
      if (given === layer.name) return [layer, given];
      const count = (counts.get(given) ?? 0) + 1;
      counts.set(given, count);
      return [layer, `${given}_${count}`];
    }),
  );
}

/**
 * Lists a network's layers in the order in which they are computed, the input left out. A table of weights (two or more
 * dimensions) costs one multiplication and addition a weight at each position of the output: one in a dense layer,
 * height x width in a convolution.
 *
 * @param model built
 */
export function summarizeLayers(model: LayersModel): LayerSummary[] {
  const names = nameLayers(model);
  return model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .map((layer) => {
      const outputShape = (layer.outputShape as Shape).slice(1).map((size) => size ?? 0);
      const positions = outputShape.slice(0, -1).reduce((product, size) => product * size, 1);
      const tables = layer.getWeights().filter(({ rank }) => rank > 1);
      return {
        name: names.get(layer)!,
        kind: layer.getClassName(),
        outputShape,
        parameters: layer.countParams(),
        multiplyAdds: positions * tables.reduce((sum, { size }) => sum + size, 0),
      };
    });
}
