// Selects the records that count: the newest of each fit that was run more than once.
import { groupBy } from '../base/group-by.ts';
import { sortedParams } from './params.ts';
import { isSameCode } from './same-code.ts';
import { type FinishedRecord, type FitRecord, isFinished } from './schema.ts';

/**
 * Keeps the newest record of each benchmark, model, parameters, split and seed, and the repeats of it by the same code. A
 * newer failure replaces an older success, so that a model that no longer works is shown as failed. Records of different
 * machines are not kept apart; filter by machine before.
 *
 * @param entries records, with any other fields, such as those of `readRecords`
 * @returns some of the entries, ordered by the first of each kind; of equally new ones, the later in the list
 */
export function latestRecords<T extends { readonly record: FitRecord }>(entries: readonly T[]): T[] {
  const kinds = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry.record);
    kinds.set(key, [...(kinds.get(key) ?? []), entry]);
  }
  return [...kinds.values()].flatMap(latestRepeats);
}

/** Keeps the newest record of each repeat, among fits of the same code as the newest. */
function latestRepeats<T extends { readonly record: FitRecord }>(entries: readonly T[]): T[] {
  const newest = entries.reduce(newer);
  const latest = new Map<number, T>();
  for (const entry of entries) {
    if (!areRepeats(entry.record, newest.record)) continue;
    const { repeat } = entry.record;
    const other = latest.get(repeat);
    latest.set(repeat, other ? newer(other, entry) : entry);
  }
  return [...latest.values()];
}

function newer<T extends { readonly record: FitRecord }>(one: T, other: T): T {
  return Date.parse(other.record.startedAt) >= Date.parse(one.record.startedAt) ? other : one;
}

/** Fits of different code are not repeats of each other. Where a code hash is missing, commits may hide a difference. */
function areRepeats(one: FitRecord, other: FitRecord): boolean {
  if (!isSameCode(one, other)) return false;
  const isKnown = one.model.codeHash !== undefined && other.model.codeHash !== undefined;
  return isKnown || (one.git?.commit === other.git?.commit && one.git?.dirty === other.git?.dirty);
}

function keyOf({ benchmark, model, dataset, seed }: FitRecord): string {
  return JSON.stringify([benchmark, model.id, sortedParams(model.params), dataset.splitHash, seed]);
}

/**
 * Keeps the fits of the newest code of each model, whatever their parameters, because fits of different code must not be
 * compared with each other.
 *
 * @param entries records of one machine, with any other fields
 * @returns some of the entries, in their order
 */
export function ofNewestCode<T extends { readonly record: FitRecord }>(entries: readonly T[]): T[] {
  const newest = new Map<string, T>();
  for (const entry of entries) {
    const { id } = entry.record.model;
    const other = newest.get(id);
    newest.set(id, other ? newer(other, entry) : entry);
  }
  return entries.filter(({ record }) => isSameCode(newest.get(record.model.id)!.record, record));
}

/**
 * Keeps one fit of each seed, for accuracy and predictions, which are the same in all repeats.
 *
 * @param records of one model and parameters
 * @returns of each seed the finished fit with the lowest repeat number; if none finished, the one with the lowest number
 */
export function oneOfEachSeed<T extends FitRecord>(records: readonly T[]): T[] {
  const bySeed = new Map<number, T>();
  for (const record of records) {
    const other = bySeed.get(record.seed);
    if (!other || comesBefore(record, other)) bySeed.set(record.seed, record);
  }
  return [...bySeed.values()];
}

/**
 * Finds the seeds whose repeats predicted different labels, though a seed determines them.
 *
 * @param finished of one model, parameters and code
 */
export function unsteadySeeds(finished: readonly FinishedRecord[]): number[] {
  return [...groupBy(finished, ({ seed }) => String(seed)).values()]
    .filter((repeats) => new Set(repeats.map(({ predictions }) => predictions)).size > 1)
    .map(([first]) => first!.seed);
}

function comesBefore(one: FitRecord, other: FitRecord): boolean {
  return isFinished(one) === isFinished(other) ? one.repeat < other.repeat : isFinished(one);
}
