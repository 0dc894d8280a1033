// What each model said of each test image, beside the truth: what everything about single images is made from.
import { decodeConfidence, decodeLabels } from '../../results/encode.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import type { LabelledImages } from '../../types.ts';
import type { FinishedRow } from './report-data.ts';

/** One row's answers, those of its first seed. */
export interface Answers {
  readonly row: Pick<FinishedRow, 'slug' | 'name' | 'kind'>;
  readonly labels: Uint8Array;
  /** Probability of the class named, 0 to 1; null without probabilities. */
  readonly confidence: Float64Array | null;
  readonly gradCam: FinishedRecord['gradCam'];
}

/**
 * Decodes the answers of rows.
 *
 * @param rows in the order in which they are to stand
 * @param recordOf the record that a row's answers are taken from
 * @param test the images that all of them were asked about
 * @returns rows whose answers are not as many as the images are left out
 */
export function answersOf(
  rows: readonly FinishedRow[],
  recordOf: (row: FinishedRow) => FinishedRecord,
  test: LabelledImages,
): Answers[] {
  return rows
    .map((row) => {
      const record = recordOf(row);
      const labels = decodeLabels(record.predictions);
      const confidence = decodeConfidence(record.confidence);
      return { row, labels, confidence, gradCam: record.gradCam };
    })
    .filter(
      ({ labels, confidence }) =>
        labels.length === test.count && (confidence === null || confidence.length === test.count),
    );
}
