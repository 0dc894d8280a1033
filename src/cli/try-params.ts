// Lets a model refuse the values of its parameters before anything is fitted.
import { UserError } from '../base/errors.ts';
import { quietFitEvents } from '../base/quiet-fit-events.ts';
import { applyParams, type Setting } from '../run/settings.ts';
import type { Classifier, ModelAdapter, Params } from '../types.ts';

/**
 * Makes a classifier of a model that is not fitted, for images like those of Fashion-MNIST.
 *
 * @param params by default those of the model
 * @throws whatever the model throws
 */
export function createUnfitted(model: ModelAdapter, params: Params = model.params): Classifier {
  return model.create({
    params,
    seed: 1,
    device: 'cpu',
    shape: { height: 28, width: 28, channels: 1 },
    classNames: Array.from({ length: 10 }, (_, label) => String(label)),
    threads: 1,
    signal: new AbortController().signal,
    ...quietFitEvents,
  });
}

/**
 * Checks the values that the user gave by `--set`: their types, and whether the models accept them.
 *
 * @param models that will be fitted
 * @param settings of the user
 * @param changes values by model and parameter, from a benchmark's definition
 * @throws UserError that names the parameter, its value and what the model expects
 */
export function tryParams(
  models: readonly ModelAdapter[],
  settings: readonly Setting[],
  changes: Readonly<Record<string, Params>> = {},
): void {
  for (const model of models.filter(({ id }) => settings.some(({ modelId }) => modelId === id))) {
    const own = changes[model.id] ?? {};
    const refusal = refusalOf(model, applyParams(model, own, settings));
    // A model that refuses its defaults as well has another reason: its fit will say which.
    if (refusal === null || refusalOf(model, applyParams(model, own, [])) !== null) continue;
    const given = settings.filter(({ modelId }) => modelId === model.id);
    const text = given.map(({ modelId, param, text: value }) => `--set ${modelId}.${param}=${value}`).join(' ');
    throw new UserError(`${model.id} does not accept ${text}: ${refusal}`);
  }
}

/** Why a model does not accept parameters; null if it does, or fails for a reason that is not the user's. */
function refusalOf(model: ModelAdapter, params: Params): string | null {
  try {
    createUnfitted(model, params).dispose?.();
  } catch (error) {
    if (error instanceof UserError) return error.message;
  }
  return null;
}
