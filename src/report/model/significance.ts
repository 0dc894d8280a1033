// Pairwise tests: which differences of two models on the test images are significant.
import { holm } from '../../stats/holm.ts';
import { compareByMcNemar } from '../../stats/mcnemar.ts';
import type { Answers } from './answers.ts';
import type { PairwiseTest } from './image-data.ts';

/**
 * Compares every pair of models on the images that only one of them classifies correctly: McNemar's exact test, with
 * p-values adjusted by Holm for all pairs together.
 *
 * @param answers of each model
 * @param truth of the images
 * @returns a test for each pair, in the order of the list
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
