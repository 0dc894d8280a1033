// Names and summaries of a network's layers.
import type { LayersModel, layers, Shape } from '@tensorflow/tfjs-node-gpu';
import type { LayerSummary } from '../../types.ts';
import { withoutNumber } from '../training/describe-layer.ts';

/**
 * Returns names for a network's layers: the author's names, otherwise the type of the layer and a number. tfjs numbers all
 * layers of the process, so its names differ each time a model is built.
 *
 * @param model built
 * @returns names in the order of the model; unique unless the author uses a name twice
 */
export function nameLayers(model: LayersModel): Map<layers.Layer, string> {
  const counts = new Map<string, number>();
  return new Map(
    model.layers.map((layer) => {
      const given = withoutNumber(layer);
      if (given === layer.name) return [layer, given];
      const count = (counts.get(given) ?? 0) + 1;
      counts.set(given, count);
      return [layer, `${given}_${count}`];
    }),
  );
}

/**
 * Summarises a network's layers in the order of computation, without the input. A weight of a table (two or more
 * dimensions) costs one multiply-add per position of the output: one in a dense layer, height x width in a convolution.
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
