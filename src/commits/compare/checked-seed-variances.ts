// How much models vary from seed to seed, of records that were read by their heads alone.
import { recordsOfSeeds, type SeedVariances, seedVariancesOf } from '../../metrics/seed-variance.ts';
import { problemOf, type RecordProblem, type StoredRecord } from '../../results/read.ts';
import type { FitRecord } from '../../results/schema.ts';

/**
 * Estimates the variances of models as `seedVariancesOf` does, and checks the records that they depend on.
 *
 * @param entries records that `readHeads` read
 * @param leftOut is called with each record that is invalid
 */
export function checkedSeedVariances(
  entries: readonly StoredRecord[],
  leftOut: (problem: RecordProblem) => void,
): SeedVariances {
  let left = entries;
  for (;;) {
    const records = left.map(({ record }) => record);
    const wanted = new Set<FitRecord>(recordsOfSeeds(records));
    const invalid = left.flatMap((entry) => {
      const problem = wanted.has(entry.record) ? problemOf(entry) : null;
      return problem ? { entry, problem } : [];
    });
    if (invalid.length === 0) return seedVariancesOf(records);
    for (const { problem } of invalid) leftOut(problem);
    const removed = new Set(invalid.map(({ entry }) => entry));
    left = left.filter((entry) => !removed.has(entry));
  }
}
