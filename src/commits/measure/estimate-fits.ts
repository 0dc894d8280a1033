// Estimates how long fits will take from the records of earlier fits.
import type { Machine } from '../../results/machine-facts.ts';
import { isSameMachine } from '../../results/machine-identity.ts';
import { type FitRecord, isFinished } from '../../results/schema.ts';
import { quantile } from '../../stats/summary.ts';
import { benchArgsOf, conditionsOf } from './bench-args.ts';
import type { Fit } from './missing-fits.ts';

/** How long some fits will take. */
export interface Estimate {
  /** Sum over the fits of models that have a record. */
  readonly seconds: number;
  /** Models without a record. */
  readonly unknown: readonly string[];
}

/**
 * Sums the median durations of earlier fits of the same models, of any commit.
 *
 * @param fits planned with the benchmark's own parameters and images
 * @param records of any kind
 * @param where benchmark and machine
 */
export function estimateFits(
  fits: readonly Fit[],
  records: readonly FitRecord[],
  { benchmark, machine }: { readonly benchmark: string; readonly machine: Machine },
): Estimate {
  const own = records.filter((record) => record.benchmark === benchmark && isSameMachine(record.machine, machine));
  const durations = fits.map(({ modelId }) => {
    const known = own.filter(
      (record) => isFinished(record) && record.model.id === modelId && isPlain(record.command, modelId),
    );
    const seconds = known.map(({ timing }) => timing.totalSeconds);
    return seconds.length > 0 ? quantile(seconds, 0.5) : null;
  });
  return {
    seconds: durations.reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0),
    unknown: [...new Set(fits.filter((_, i) => durations[i] === null).map(({ modelId }) => modelId))],
  };
}

/** Whether a command sets no conditions of its model. */
function isPlain(command: string, modelId: string): boolean {
  const args = benchArgsOf(command);
  return args !== null && conditionsOf(args, modelId) === conditionsOf([], modelId);
}
