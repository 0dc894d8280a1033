// Which records count: of fits that were run more than once, the newest.
import type { FitRecord } from './schema.ts';

/**
 * Keeps the newest record of each benchmark, model, parameters, split and seed. A newer failure replaces an older
 * success: what does not work any more must not hide behind what once did. Machine and commit play no part; filter
 * before to keep them apart.
 *
 * @param entries records with whatever goes with them, such as `readRecords` gives
 * @returns some of the entries, in the order in which their kind came first; of two as new, the later in the list
 */
export function latestRecords<T extends { readonly record: FitRecord }>(entries: readonly T[]): T[] {
  const latest = new Map<string, T>();
  for (const entry of entries) {
    const key = keyOf(entry.record);
    const other = latest.get(key);
    if (!other || Date.parse(entry.record.startedAt) >= Date.parse(other.record.startedAt)) latest.set(key, entry);
  }
  return [...latest.values()];
}

function keyOf({ benchmark, model, dataset, seed }: FitRecord): string {
  const params = Object.entries(model.params).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([benchmark, model.id, params, dataset.splitHash, seed]);
}
