// What a run changed against the run before, for a terminal: a line for each metric that an author looks at.
import { changeWithUnit, titleOf, valuesText, verdictText } from '../commits/compare/change-text.ts';
import { compareRecords } from '../commits/compare/compare-records.ts';
import type { FinishedRecord } from '../results/schema.ts';
import type { LabelledImages } from '../types.ts';

const METRICS = ['accuracy', 'fit-time', 'predict-time'];

/**
 * Compares the fits of a model with those of an earlier run.
 *
 * @param before finished fits, may be none
 * @param after finished fits of the same model, at least one
 * @param tests the test images by the hash of their split
 * @returns `accuracy: 82.30 → 83.10 %, ≈ inconclusive, +0.80 points (−0.2 to +1.8), fixed 30, broke 22, p = 0.33`, and a line
 *   with the times; none if there is nothing to compare with
 */
export function changeLines(
  before: readonly FinishedRecord[],
  after: readonly FinishedRecord[],
  tests: ReadonlyMap<string, LabelledImages>,
): string[] {
  if (before.length === 0) return [];
  const options = { tests, tolerance: {}, metrics: METRICS, hasImages: false };
  const diff = compareRecords({ name: 'before', records: before }, { name: 'after', records: after }, options);
  return diff.models.flatMap(({ metrics }) => {
    const [accuracy, ...times] = metrics;
    const texts = [valuesText(accuracy!), verdictText(accuracy!), changeWithUnit(accuracy!), accuracy!.evidence];
    return [
      `  ${titleOf(accuracy!.metric)}: ${texts.join(', ')}`,
      `  ${times.map((time) => `${titleOf(time.metric)}: ${valuesText(time)}`).join(', ')}`,
    ];
  });
}
