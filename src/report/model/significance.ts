// Which models can be told apart on these test images, and which cannot.
import { holm } from '../../stats/holm.ts';
import { compareByMcNemar } from '../../stats/mcnemar.ts';
import type { Answers } from './answers.ts';
import type { PairwiseTest } from './report-data.ts';

/**
 * Compares every pair of models on the images that just one of them has right: McNemar's exact test, its p-values
 * adjusted by Holm for all pairs together.
 *
 * @param answers one a model
 * @param truth of the images
 * @returns a pairwiseTest for each pair, the first model that which stands first in the list
 */
export function makePairwiseTests(answers: readonly Answers[], truth: Uint8Array): PairwiseTest[] {
  const pairs = answers.flatMap((first, i) =>
    answers.slice(i + 1).map((second) => {
      const { fixed, broke, p } = compareByMcNemar(truth, second.labels, first.labels);
      return { first: first.row.name, second: second.row.name, onlyFirst: fixed, onlySecond: broke, p };
    }),
  );
  const adjusted = holm(pairs.map(({ p }) => p));
  return pairs.map((pair, i) => ({ ...pair, adjusted: adjusted[i]! }));
}
