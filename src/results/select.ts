// Which records count: of fits that were run more than once, the newest.
import { type FitRecord, isFinished } from './schema.ts';

/**
 * Keeps the newest record of each benchmark, model, parameters, split and seed, and the repeats that the same code made
 * of it. A newer failure replaces an older success: what does not work any more must not hide behind what once did.
 * Machine and commit play no other part; filter before to keep them apart.
 *
 * @param entries records with whatever goes with them, such as `readRecords` gives
 * @returns some of the entries, in the order in which their kind came first; of two as new, the later in the list
 */
export function latestRecords<T extends { readonly record: FitRecord }>(entries: readonly T[]): T[] {
  const kinds = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry.record);
    kinds.set(key, [...(kinds.get(key) ?? []), entry]);
  }
  return [...kinds.values()].flatMap(latestRepeats);
}

/** Of fits that differ in nothing but the repeat and the code: those of the newest one's code, of each repeat one. */
function latestRepeats<T extends { readonly record: FitRecord }>(entries: readonly T[]): T[] {
  const newest = entries.reduce(newer);
  const latest = new Map<number, T>();
  for (const entry of entries) {
    if (codeOf(entry.record) !== codeOf(newest.record)) continue;
    const { repeat } = entry.record;
    const other = latest.get(repeat);
    latest.set(repeat, other ? newer(other, entry) : entry);
  }
  return [...latest.values()];
}

function newer<T extends { readonly record: FitRecord }>(one: T, other: T): T {
  return Date.parse(other.record.startedAt) >= Date.parse(one.record.startedAt) ? other : one;
}

/** Repeats of an earlier commit are no repeats of a newer one's fit. */
function codeOf({ git, model }: FitRecord): string {
  return JSON.stringify([git?.commit, git?.dirty, model.sourceHash]);
}

function keyOf({ benchmark, model, dataset, seed }: FitRecord): string {
  const params = Object.entries(model.params).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([benchmark, model.id, params, dataset.splitHash, seed]);
}

/**
 * Leaves out what an earlier version of a model's code made, whatever its parameters: beside fits of the present code it
 * would say nothing of either.
 *
 * @param entries records of one machine with whatever goes with them
 * @returns some of the entries, in their order
 */
export function ofPresentCode<T extends { readonly record: FitRecord }>(entries: readonly T[]): T[] {
  const newest = new Map<string, T>();
  for (const entry of entries) {
    const { id } = entry.record.model;
    const other = newest.get(id);
    newest.set(id, other ? newer(other, entry) : entry);
  }
  return entries.filter(({ record: { model } }) => newest.get(model.id)!.record.model.sourceHash === model.sourceHash);
}

/**
 * Keeps one fit of each seed, for what repeats of a fit cannot add to: accuracy and predictions.
 *
 * @param records of one model and parameters
 * @returns of each seed the fit that ended well with the lowest number; else the lowest
 */
export function oneOfEachSeed<T extends FitRecord>(records: readonly T[]): T[] {
  const bySeed = new Map<number, T>();
  for (const record of records) {
    const other = bySeed.get(record.seed);
    if (!other || comesBefore(record, other)) bySeed.set(record.seed, record);
  }
  return [...bySeed.values()];
}

function comesBefore(one: FitRecord, other: FitRecord): boolean {
  return isFinished(one) === isFinished(other) ? one.repeat < other.repeat : isFinished(one);
}
