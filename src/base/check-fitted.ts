// The check that a model was fitted before it is used.

/**
 * Narrows the fitted state of a model to one that exists.
 *
 * @param state what `fit` or `load` has set; undefined before
 * @param method the method that needs it: `'predict'`
 * @throws Error `predict called before fit` when there is no state
 */
export function checkFitted<State>(state: State | undefined, method: string): asserts state is State {
  if (state === undefined) throw new Error(`${method} called before fit`);
}
