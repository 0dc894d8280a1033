// The predictions of each model for each test image.
import { decodeConfidence, decodeLabels } from '../../results/encode.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import type { LabelledImages } from '../../types.ts';
import type { FinishedRow } from './row-data.ts';

/** The predictions of one row: those of its first seed. */
export interface Answers {
  readonly row: Pick<FinishedRow, 'slug' | 'name' | 'kind'>;
  readonly labels: Uint8Array;
  /** Probability of the predicted class, 0 to 1; null without probabilities. */
  readonly confidence: Float64Array | null;
  readonly gradCam: FinishedRecord['gradCam'];
}

/**
 * Decodes the predictions of rows.
 *
 * @param rows in the order of the result
 * @param recordOf the record whose predictions stand for a row
 * @param test the test images
 * @returns without rows whose predictions are not as many as the images
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
