// The result of rerun as text: the verdict, and a table of both fits' numbers.
import { duration, integer, list, percent, pValue, ratio } from '../../document/format.ts';
import { type FitRecord, isFinished } from '../../results/schema.ts';
import type { Rerun } from './rerun-verdict.ts';

/** The caution that belongs to every comparison of the times of two single fits. */
export const TIMES_NOTE = 'Times of single runs vary: one run each does not show which is faster.';

/**
 * Writes the verdict in one line.
 *
 * @param rerun verdict and images
 */
export function verdictText({ verdict, reason, images, bitDifferences }: Rerun): string {
  const head = `${verdict}: ${reason}`;
  if (images === null || verdict === 'bit-equal') return head;
  const changed = `${integer(images.changed)} of ${integer(images.count)} images have another prediction`;
  const test = images.p === null ? '' : `, fixed ${images.fixed}, broke ${images.broke}, ${pValue(images.p)}`;
  const names = list(bitDifferences.map(({ name }) => name));
  return `${head}; ${changed}${test}${names === '' ? '' : `; the bits may depend on what differs: ${names}`}`;
}

/**
 * Builds the table rows of both fits' numbers.
 *
 * @param rerun times
 * @param then the first fit
 * @param now the second fit
 * @returns rows of name, then, now, ratio; none if one of the fits did not finish
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
