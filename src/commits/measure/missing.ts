// Which fits a set of records lacks.
import { type FitRecord, isFinished } from '../../results/schema.ts';
import { conditionsOf, wordsOfBench } from './command.ts';

/** One fit to be made. */
export interface Fit {
  readonly modelId: string;
  readonly seed: number;
}

/** Which fits are wanted of one state of the code. */
export interface Wanted {
  readonly benchmark: string;
  readonly machineId: string;
  /** Whether a record is of that code. */
  isOfCode(record: FitRecord): boolean;
  readonly models: readonly string[];
  readonly seeds: readonly number[];
  /** From 1. */
  readonly repeat: number;
  /** Options of bench that the fits are made with. */
  readonly words: readonly string[];
}

/**
 * Finds the fits that are wanted and have no finished record.
 *
 * @param records of any kind
 * @param wanted which fits
 * @returns seed by seed, in the order of the models
 */
export function missingFits(records: readonly FitRecord[], wanted: Wanted): Fit[] {
  const own = records.filter(
    (record) =>
      isFinished(record) &&
      record.benchmark === wanted.benchmark &&
      record.machine.id === wanted.machineId &&
      record.repeat === wanted.repeat &&
      wanted.isOfCode(record),
  );
  const known = new Set(own.map((record) => keyOf(record.model.id, record.seed, wordsOfBench(record.command))));
  return wanted.seeds
    .flatMap((seed) => wanted.models.map((modelId) => ({ modelId, seed })))
    .filter(({ modelId, seed }) => !known.has(keyOf(modelId, seed, wanted.words)));
}

function keyOf(modelId: string, seed: number, words: readonly string[] | null): string {
  return JSON.stringify([modelId, seed, words && conditionsOf(words, modelId)]);
}
