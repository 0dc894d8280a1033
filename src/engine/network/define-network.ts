// Defines a model from a network: the model's file gives its layers and how they learn.
import { defineModel, type ModelAdapter } from '../../types.ts';
import { layersClassifier } from './layers-classifier.ts';
import type { DeepParams, LayersRecipe, TrainingParams } from './network-recipe.ts';

/** The definition of a network. */
export interface NetworkDefinition<P extends TrainingParams>
  extends Pick<ModelAdapter, 'id' | 'family' | 'familyTitle' | 'summary' | 'source'> {
  /** Defaults. `compiled: true` is added. */
  readonly params: P;
  /** Returns the network and how it learns. */
  recipe(params: P): LayersRecipe;
}

/** A network in the list of models. */
export interface NetworkAdapter<P extends DeepParams> extends ModelAdapter<P> {
  recipe(params: P): LayersRecipe;
}

/**
 * Creates a model from a network.
 *
 * @param network the definition
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
