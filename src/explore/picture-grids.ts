// The pictures of an exploration, as PNG.
import type { Dataset } from '../data/dataset.ts';
import { sheet, toGreys } from '../document/image-sheet.ts';
import type { Exploration } from './explore-dataset.ts';

/** Images of each class on the sheet of samples. */
const SAMPLES = 12;
/** Images in a row of the map's sheet. */
export const MAP_COLUMNS = 100;

/** Finds one image. */
export function imageAt(part: Dataset['train'], position: number): Uint8Array {
  const size = part.bytes.length / part.labels.length;
  return part.bytes.subarray(position * size, (position + 1) * size);
}

/** Shows the first training images of each class, a row a class. */
export function samplesSheet({ train, classNames, shape }: Dataset): Uint8Array {
  const blank = new Uint8Array(shape.height * shape.width * shape.channels);
  const rows = classNames.map((_, label) => {
    const found: Uint8Array[] = [];
    for (let i = 0; i < train.labels.length && found.length < SAMPLES; i++) {
      if (train.labels[i] === label) found.push(imageAt(train, i));
    }
    return [...found, ...Array.from({ length: SAMPLES - found.length }, () => blank)];
  });
  return sheet(rows.flat(), shape, SAMPLES);
}

/** Shows the mean image of each class in the first row, below it the variance, each scaled to its own largest. */
export function averagesSheet({ averages, shape }: Exploration): Uint8Array {
  const means = averages.map(({ mean }) => Uint8Array.from(mean, Math.round));
  const variances = averages.map(({ variance }) => toGreys(variance));
  return sheet([...means, ...variances], shape, averages.length);
}

/** Shows a test image and its training twin, side by side. */
export function duplicatesSheet({ train, test, shape }: Dataset, twin: { test: number; train: number }): Uint8Array {
  return sheet([imageAt(test, twin.test), imageAt(train, twin.train)], shape, 2);
}

/** Shows the map's images in its order. */
export function mapSheet(images: Int32Array, { train, test, shape }: Dataset): Uint8Array {
  const at = (position: number): Uint8Array =>
    position < train.labels.length ? imageAt(train, position) : imageAt(test, position - train.labels.length);
  return sheet([...images].map(at), shape, MAP_COLUMNS);
}
