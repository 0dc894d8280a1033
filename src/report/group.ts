// Telling fits apart: grouping by a key (Node 20 has no `Map.groupBy` yet), parameters in a fixed order.
import type { FitRecord } from '../results/schema.ts';

/**
 * Groups values by a key, groups and values in the order of their first appearance.
 *
 * @param values in any number
 * @param keyOf gives the key of a value
 */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

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
