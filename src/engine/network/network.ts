// How a network joins the comparison: its file names it, builds it in tfjs-layers and says how it learns.
import { defineModel, type ModelAdapter } from '../../types.ts';
import { type DeepParams, type LayersRecipe, layersClassifier, type TrainingParams } from './layers-classifier.ts';

/** What a network's file says; `compiled` joins its parameters, true by default. */
export interface NetworkDefinition<P extends TrainingParams>
  extends Pick<ModelAdapter, 'id' | 'family' | 'summary' | 'source'> {
  /** Defaults. */
  readonly params: P;
  /** Gives the network and how it learns. */
  recipe(params: P): LayersRecipe;
}

/** A network in the list of models. */
export interface NetworkAdapter<P extends DeepParams> extends ModelAdapter<P> {
  recipe(params: P): LayersRecipe;
}

/**
 * Makes a model of a network.
 *
 * @param network what its file says
 */
export function defineNetwork<P extends TrainingParams>(network: NetworkDefinition<P>): NetworkAdapter<P & DeepParams> {
  const adapter = defineModel<P & DeepParams>({
    ...network,
    kind: 'deep',
    engine: 'tensorflow',
    needsTensorflow: true,
    params: { ...network.params, compiled: true },
    create: (context) => layersClassifier(context, network.recipe(context.params)),
  });
  return { ...adapter, recipe: network.recipe };
}
