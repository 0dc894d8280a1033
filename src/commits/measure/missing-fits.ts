// Finds the fits that a set of records lacks.
import { groupBy } from '../../base/group-by.ts';
import type { Machine } from '../../results/machine-facts.ts';
import { isSameMachine } from '../../results/machine-identity.ts';
import { type FitRecord, isFinished } from '../../results/schema.ts';
import { benchArgsOf, conditionsOf } from './bench-args.ts';

/** One fit to be made. */
export interface Fit {
  readonly modelId: string;
  readonly seed: number;
}

/** The fits that one commit, or the work tree, should have. */
export interface Wanted {
  readonly benchmark: string;
  /** This machine. */
  readonly machine: Machine;
  /** Whether a record is of that code. */
  isOfCode(record: FitRecord): boolean;
  readonly models: readonly string[];
  readonly seeds: readonly number[];
  /** How many runs each fit should have, at least 1. Those with different numbers count. */
  readonly repeat: number;
  /** Arguments of bench for these fits. */
  readonly args: readonly string[];
}

/**
 * Finds the wanted fits with fewer finished runs than wanted.
 *
 * @param records of any kind
 * @param wanted which fits
 * @returns ordered by seed, then in the order of the models
 */
export function missingFits(records: readonly FitRecord[], wanted: Wanted): Fit[] {
  const own = records.filter(
    (record) =>
      isFinished(record) &&
      record.benchmark === wanted.benchmark &&
      isSameMachine(record.machine, wanted.machine) &&
      wanted.isOfCode(record),
  );
  const runs = groupBy(own, ({ model, seed, command }) => keyOf(model.id, seed, benchArgsOf(command)));
  const countOf = (key: string): number => new Set(runs.get(key)?.map(({ repeat }) => repeat)).size;
  return wanted.seeds
    .flatMap((seed) => wanted.models.map((modelId) => ({ modelId, seed })))
    .filter(({ modelId, seed }) => countOf(keyOf(modelId, seed, wanted.args)) < wanted.repeat);
}

function keyOf(modelId: string, seed: number, args: readonly string[] | null): string {
  return JSON.stringify([modelId, seed, args && conditionsOf(args, modelId)]);
}
