// Parameters in a fixed order, and those that tell fits apart.
import type { FitRecord } from './schema.ts';

/**
 * Lists parameters by name, so that equal ones make equal keys.
 *
 * @param params of a model
 */
export function sortedParams(params: FitRecord['model']['params']): [string, string | number | boolean][] {
  return Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Lists the parameters of a fit that set it apart from others: `batchSize=256`.
 *
 * @param record the fit
 * @param others fits of the same model
 */
export function differingParams({ model }: FitRecord, others: readonly FitRecord[]): string[] {
  return sortedParams(model.params)
    .filter(([key, value]) => others.some((other) => other.model.params[key] !== value))
    .map(([key, value]) => `${key}=${value}`);
}
