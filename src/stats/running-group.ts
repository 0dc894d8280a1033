// The mean influence of a group of fits that changes little from one comparison to the next.
import type { FitGroup, ScoredFit } from './compare-fits.ts';

/**
 * Creates a function that gathers the scores of fits. Where a group differs from the one before by a few fits, only these
 * are added and subtracted, so that the groups before and after each of n places take n steps rather than n squared.
 *
 * @returns takes at least one fit, of as many images as all others; the influence that it returns is valid until the next
 *   call. It differs from the mean by rounding errors alone.
 */
export function createRunningGroup(): (fits: readonly ScoredFit[]) => FitGroup {
  let current = new Set<ScoredFit>();
  let sum = new Float64Array(0);
  let influence = new Float64Array(0);
  const add = (fit: ScoredFit, sign: 1 | -1): void => {
    for (let i = 0; i < sum.length; i++) sum[i]! += sign * fit.influence[i]!;
  };
  return (fits) => {
    const next = new Set(fits);
    const added = [...next].filter((fit) => !current.has(fit));
    const removed = [...current].filter((fit) => !next.has(fit));
    if (added.length + removed.length < next.size) {
      for (const fit of added) add(fit, 1);
      for (const fit of removed) add(fit, -1);
    } else {
      sum = new Float64Array(fits[0]!.influence.length);
      influence = new Float64Array(sum.length);
      for (const fit of next) add(fit, 1);
    }
    current = next;
    for (let i = 0; i < sum.length; i++) influence[i] = sum[i]! / next.size;
    return { values: fits.map(({ value }) => value), influence };
  };
}
