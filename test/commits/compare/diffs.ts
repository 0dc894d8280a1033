// Comparisons for the tests of renderers.
import { type CompareOptions, compareRecords } from '../../../src/commits/compare/compare-records.ts';
import type { Diff } from '../../../src/commits/compare/diff-data.ts';
import { type OutcomeOptions, outcomeOf } from '../../../src/commits/compare/outcome.ts';
import type { FitRecord } from '../../../src/results/schema.ts';
import { makeRecord } from '../../fixtures/records.ts';
import { makeTests } from '../../report/images.ts';

const IMAGES = 400;

/** Compares two lists of records of which the test images are known. */
export function compare(
  before: readonly FitRecord[],
  after: readonly FitRecord[],
  options: Partial<CompareOptions> = {},
): Diff {
  const tests = makeTests([...before, ...after]);
  const named = [
    { name: 'v1 (01234567)', records: before },
    { name: 'main (89abcdef)', records: after },
  ] as const;
  return compareRecords(...named, { tests, tolerance: {}, ...options });
}

/** One model that became better, one worse, one the same, one measured only before and one only after. */
export function mixedDiff(): Diff {
  const at = (model: string, accuracy: number, startedAt?: string) =>
    makeRecord({ model, accuracy, images: IMAGES, ...(startedAt && { startedAt }) });
  const later = '2026-02-01T00:00:00Z';
  const dropped = at('cnn', 0.7, later);
  return compare(
    [at('cnn', 0.95), at('knn', 0.5), at('mlp', 0.8), at('old', 0.8)],
    [
      { ...dropped, model: { ...dropped.model, params: { ...dropped.model.params, epochs: 1 } } },
      at('knn', 0.9, later),
      at('mlp', 0.8, later),
      at('new', 0.8, later),
    ],
  );
}

/** The outcome of a comparison with the default options of the command line. */
export function usualOutcome(diff: Diff, options: Partial<OutcomeOptions> = {}) {
  return outcomeOf(diff, { failOn: ['accuracy', 'macro-f1'], allowMissing: false, ...options });
}
