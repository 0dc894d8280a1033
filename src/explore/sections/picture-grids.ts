// Pictures of many images, as PNG.
import type { Dataset } from '../../data/dataset.ts';
import { sheet, toGreys } from '../../document/image-sheet.ts';
import type { Exploration } from '../explore-dataset.ts';

/** Images of each class on the sheet of samples. */
export const SAMPLES = 12;

/** Gives the pixels of one image. */
export function imageAt(part: Dataset['train'], position: number): Uint8Array {
  const size = part.bytes.length / part.labels.length;
  return part.bytes.subarray(position * size, (position + 1) * size);
}

/** Shows the first training images of each class, one row for each class. */
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

/** Shows the mean image of each class in the first row, and below it the variance, scaled to its largest. */
export function meanImagesSheet({ averages, shape }: Exploration): Uint8Array {
  const means = averages.map(({ mean }) => Uint8Array.from(mean, Math.round));
  const variances = averages.map(({ variance }) => toGreys(variance));
  return sheet([...means, ...variances], shape, averages.length);
}
