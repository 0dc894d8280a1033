// The parameters of fits: in a fixed order, and those that differ between fits.
import type { FitRecord } from './schema.ts';

/**
 * Sorts parameters by name, so that equal parameters give equal keys.
 *
 * @param params of a model
 */
export function sortedParams(params: FitRecord['model']['params']): [string, string | number | boolean][] {
  return Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Lists the parameters of a fit that differ from those of other fits: `batchSize=256`.
 *
 * @param record the fit
 * @param others fits of the same model
 */
export function differingParams({ model }: FitRecord, others: readonly FitRecord[]): string[] {
  return sortedParams(model.params)
    .filter(([key, value]) => others.some((other) => other.model.params[key] !== value))
    .map(([key, value]) => `${key}=${value}`);
}
