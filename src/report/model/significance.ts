// Pairwise tests: which models differ significantly in accuracy on the test images.
import { findMetric } from '../../metrics/find-metric.ts';
import { scoredFit } from '../../metrics/influence.ts';
import type { ImageMetric } from '../../metrics/metric.ts';
import type { SeedVariances } from '../../metrics/seed-variance.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import { compareFits, type ScoredFit, type SeedVariance } from '../../stats/compare-fits.ts';
import { holm } from '../../stats/holm.ts';
import type { PairwiseTest } from './image-data.ts';

const accuracy = findMetric('accuracy') as ImageMetric;

/** The fits of one row. */
export interface RowFits {
  /** Name of the row. */
  readonly name: string;
  /** One finished fit of each seed, at least one. */
  readonly seeds: readonly FinishedRecord[];
}

/**
 * Compares the accuracy of every pair of models as `npm run diff` does, over seeds and test images. The p-values are adjusted
 * by Holm for all pairs together.
 *
 * @param rows fits of each model
 * @param truth n class indices of the test images; rows without predictions of n images are left out
 * @param varianceOf how much the accuracy of a model varies from seed to seed; null where nothing is known
 * @returns a test for each pair, in the order of the list
 */
export function makePairwiseTests(
  rows: readonly RowFits[],
  truth: Uint8Array,
  varianceOf: SeedVariances,
): PairwiseTest[] {
  const scored = rows
    .map(({ name, seeds }) => ({
      name,
      fits: seeds.flatMap((record) => scoredFit(accuracy, record, truth) ?? []),
      known: varianceOf(seeds[0]!.model.id, accuracy),
    }))
    .filter(({ fits }, i) => fits.length === rows[i]!.seeds.length);
  const pairs = scored.flatMap((first, i) =>
    scored.slice(i + 1).map((second) => {
      const { difference, interval, p } = compareFits(second.fits, first.fits, knownOf(first, second));
      return { first: first.name, second: second.name, difference, interval, p };
    }),
  );
  const adjusted = holm(pairs.map(({ p }) => p));
  return pairs.map((pair, i) => ({ ...pair, adjusted: adjusted[i]! }));
}

interface Scored {
  readonly fits: readonly ScoredFit[];
  readonly known: SeedVariance | null;
}

/** The variance over seeds for rows of a single fit: the larger one where both rows have one. */
function knownOf(...rows: readonly Scored[]): SeedVariance | null {
  const known = rows.flatMap(({ fits, known: own }) => (fits.length === 1 && own ? own : []));
  return known.reduce<SeedVariance | null>(
    (largest, one) => (largest && largest.variance >= one.variance ? largest : one),
    null,
  );
}
