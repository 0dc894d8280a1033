// Checks the pixel maps and the Grad-CAM maps of a record against the size of the images and the predictions.
import type { Contradict } from './contradict.ts';
import { decodeLabels } from './encode.ts';
import type { FinishedRecord, GradCamRecord, PixelMapRecord } from './schema.ts';

const BYTES_OF_FLOAT = 4;

/**
 * Checks that every map has the size that it should have and finite values, and that every Grad-CAM map explains the
 * prediction of a test image.
 *
 * @param record a finished fit
 * @param contradict reports a contradiction
 */
export function checkImages(
  { pixelMaps, gradCam, dataset, predictions }: FinishedRecord,
  contradict: Contradict,
): void {
  for (const [i, map] of (pixelMaps ?? []).entries()) checkPixelMap(`pixelMaps.${i}`, map, dataset.shape, contradict);
  if (gradCam) checkGradCam(gradCam, decodeLabels(predictions), dataset.test, contradict);
}

function checkPixelMap(
  field: string,
  { height, width, values }: PixelMapRecord,
  shape: FinishedRecord['dataset']['shape'],
  contradict: Contradict,
): void {
  if (height !== shape.height || width !== shape.width) {
    contradict(field, `${height} x ${width} pixels; expected ${shape.height} x ${shape.width}, as in dataset.shape`);
    return;
  }
  const bytes = Buffer.byteLength(values, 'base64');
  if (bytes !== BYTES_OF_FLOAT * height * width) {
    contradict(`${field}.values`, `${bytes} bytes; expected ${BYTES_OF_FLOAT * height * width}`);
  } else if (!areFiniteFloats(Buffer.from(values, 'base64'))) {
    contradict(`${field}.values`, 'not all finite');
  }
}

/** Tells whether no exponent has all bits set, as those of NaN and infinity have. */
function areFiniteFloats(bytes: Uint8Array): boolean {
  for (let i = BYTES_OF_FLOAT - 1; i < bytes.length; i += BYTES_OF_FLOAT) {
    if ((bytes[i]! & 0x7f) === 0x7f && bytes[i - 1]! >= 0x80) return false;
  }
  return true;
}

function checkGradCam(
  { height, width, images }: GradCamRecord,
  labels: Uint8Array,
  test: number,
  contradict: Contradict,
): void {
  const seen = new Set<number>();
  for (const [i, { image, label, map }] of images.entries()) {
    const field = `gradCam.images.${i}`;
    if (image >= test) contradict(`${field}.image`, `${image}; there are ${test} test images`);
    else if (label !== labels[image]) {
      contradict(`${field}.label`, `${label}; predictions has ${labels[image]} for image ${image}`);
    }
    if (seen.has(image)) contradict(`${field}.image`, `${image} is there twice`);
    seen.add(image);
    const bytes = Buffer.byteLength(map, 'base64');
    if (bytes !== height * width) contradict(`${field}.map`, `${bytes} bytes; expected ${height} x ${width}`);
  }
}
