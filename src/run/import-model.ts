// Imports a model in the process of a fit or a check.
import type { ModelAdapter } from '../types.ts';

/**
 * Imports a module of models in the process of a fit, where it may do anything.
 *
 * @param url of a module that exports the model, alone or in a list
 * @param id of the model
 * @throws Error if the module exports no such model, and whatever the module throws
 */
export async function importModel(url: string, id: string): Promise<ModelAdapter> {
  const adapters = Object.values((await import(url)) as Record<string, ModelAdapter | readonly ModelAdapter[]>).flat();
  const adapter = adapters.find((one) => one.id === id);
  if (!adapter) throw new Error(`no model "${id}" in ${url}`);
  return adapter;
}
