// What came of a fit that was made again, in words and rows.
import { duration, integer, percent, pValue, ratio } from '../../document/format.ts';
import { type FitRecord, isFinished } from '../../results/schema.ts';
import type { Rerun } from './rerun-verdict.ts';

/** What must be said wherever the times of two fits stand side by side. */
export const TIMES_NOTE = 'One run each says nothing for sure about times.';

/**
 * Says what came of it in a line.
 *
 * @param rerun verdict and images
 */
export function verdictText({ verdict, reason, images }: Rerun): string {
  const head = `${verdict}: ${reason}`;
  if (images === null || verdict === 'bit-equal') return head;
  const moved = `${integer(images.changed)} of ${integer(images.count)} images have another answer`;
  if (images.p === null) return `${head}; ${moved}`;
  return `${head}; ${moved}, fixed ${images.fixed}, broke ${images.broke}, ${pValue(images.p)}`;
}

/**
 * Lays out the numbers of both fits.
 *
 * @param rerun times
 * @param then the first fit
 * @param now the second
 * @returns rows of name, then, now, ratio; none when one of the fits did not end well
 */
export function numbersOf({ times }: Rerun, then: FitRecord, now: FitRecord): string[][] {
  if (!isFinished(then) || !isFinished(now)) return [];
  return [
    ['accuracy, %', percent(then.metrics.accuracy), percent(now.metrics.accuracy), ''],
    ...times.map(({ part, thenSeconds, nowSeconds, ratio: factor }) => [
      part,
      duration(thenSeconds),
      duration(nowSeconds),
      factor === null ? '' : `×${ratio(factor)}`,
    ]),
  ];
}
