// How long fits will take, by what earlier ones took.
import { type FitRecord, isFinished } from '../../results/schema.ts';
import { quantile } from '../../stats/summary.ts';
import { conditionsOf, wordsOfBench } from './command.ts';
import type { Fit } from './missing.ts';

/** What is known beforehand. */
export interface Estimate {
  /** Of the fits whose model has a record. */
  readonly seconds: number;
  /** Models of which no record says how long they take. */
  readonly unknown: readonly string[];
}

/**
 * Sums the median times of earlier fits of the same models, of any commit.
 *
 * @param fits to be made with a benchmark's own parameters and images
 * @param records of any kind
 * @param where benchmark and machine
 */
export function estimateFits(
  fits: readonly Fit[],
  records: readonly FitRecord[],
  { benchmark, machineId }: { readonly benchmark: string; readonly machineId: string },
): Estimate {
  const own = records.filter((record) => record.benchmark === benchmark && record.machine.id === machineId);
  const times = fits.map(({ modelId }) => {
    const known = own.filter(
      (record) => isFinished(record) && record.model.id === modelId && isPlain(record.command, modelId),
    );
    return known.length > 0
      ? quantile(
          known.map(({ timing }) => timing.totalSeconds),
          0.5,
        )
      : null;
  });
  return {
    seconds: times.reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0),
    unknown: [...new Set(fits.filter((_, i) => times[i] === null).map(({ modelId }) => modelId))],
  };
}

function isPlain(command: string, modelId: string): boolean {
  const words = wordsOfBench(command);
  return words !== null && conditionsOf(words, modelId) === conditionsOf([], modelId);
}
