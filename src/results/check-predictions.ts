// Checks the predictions and confidences of a record against its confusion matrix and its scores.
import type { Contradict } from './contradict.ts';
import { decodeLabels, encodeLabels } from './encode.ts';
import type { FinishedRecord } from './schema.ts';

/** A stored confidence is within half a step of 1/255 of the probability. */
const HALF_STEP = 1 / 510;
/** For the rounding errors of a sum over all images. */
const ROUNDING = 1e-6;

/**
 * Checks that there is one prediction of a known class for each test image, as many of each class as the confusion matrix
 * says, and that the calibration error is one that these confidences can have. Which bin of the calibration error an image
 * belongs to, and whether it is classified correctly, is not known here; the error is at least |accuracy - mean confidence|.
 *
 * @param record a finished fit
 * @param contradict reports a contradiction
 */
export function checkPredictions(record: FinishedRecord, contradict: Contradict): void {
  const { predictions, confidence, metrics } = record;
  const labels = decodeAll('predictions', predictions, record, contradict);
  if (labels) checkLabels(labels, record, contradict);
  for (const key of ['logLoss', 'calibrationError'] as const) {
    if ((metrics[key] === null) === (confidence === null)) continue;
    const has = confidence === null ? 'no confidence' : 'confidences';
    contradict(`metrics.${key}`, `${metrics[key]} of a fit that has ${has}`);
  }
  if (confidence === null || metrics.calibrationError === null) return;
  const bytes = decodeAll('confidence', confidence, record, contradict);
  if (bytes && bytes.length > 0) checkCalibration(bytes, metrics, contradict);
}

/** Decodes one byte for each test image; null if there are fewer or more. */
function decodeAll(
  field: string,
  text: string,
  { dataset }: FinishedRecord,
  contradict: Contradict,
): Uint8Array | null {
  const bytes = decodeLabels(text);
  if (bytes.length !== dataset.test) {
    contradict(field, `length ${bytes.length}; expected ${dataset.test}`);
    return null;
  }
  // Equal predictions must be equal texts, because texts are compared.
  if (encodeLabels(bytes) !== text) contradict(field, 'not the usual base64 of its bytes');
  return bytes;
}

function checkLabels(labels: Uint8Array, { dataset, metrics }: FinishedRecord, contradict: Contradict): void {
  const counts = countBytes(labels);
  const classCount = dataset.classNames.length;
  const unknown = counts.findIndex((images, label) => images > 0 && label >= classCount);
  if (unknown >= 0) {
    contradict('predictions', `class ${unknown} for image ${labels.indexOf(unknown)}; allowed: 0 to ${classCount - 1}`);
  }
  const { confusion } = metrics;
  if (confusion.length !== classCount || confusion.some((row) => row.length !== classCount)) return;
  const predicted = confusion[0]!.map((_, label) => confusion.reduce((sum, row) => sum + row[label]!, 0));
  const unlike = predicted.findIndex((images, label) => images !== counts[label]);
  if (unlike >= 0) {
    contradict(
      'predictions',
      `class ${unlike} for ${counts[unlike]} images; for ${predicted[unlike]} in metrics.confusion`,
    );
  }
}

function checkCalibration(
  bytes: Uint8Array,
  { accuracy, calibrationError }: FinishedRecord['metrics'],
  contradict: Contradict,
): void {
  let [total, farthest] = [0, 0];
  for (const [byte, images] of countBytes(bytes).entries()) {
    total += images * byte;
    farthest += images * Math.max(byte, 255 - byte);
  }
  const scale = 255 * bytes.length;
  const least = Math.max(0, Math.abs(accuracy - total / scale) - HALF_STEP - ROUNDING);
  const most = farthest / scale + HALF_STEP + ROUNDING;
  if (calibrationError! < least || calibrationError! > most) {
    contradict(
      'metrics.calibrationError',
      `${calibrationError}; the confidences allow ${least.toFixed(4)} to ${most.toFixed(4)}`,
    );
  }
}

/** Counts how often each byte occurs. A plain loop, because there are 10,000 bytes in each of thousands of records. */
function countBytes(bytes: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (let i = 0; i < bytes.length; i++) counts[bytes[i]!]!++;
  return counts;
}
