// The section Mean images: mean and variance of each pixel by class.
import { type Section, section } from '../../document/blocks.ts';
import type { Exploration } from '../explore-dataset.ts';
import { meanImagesSheet } from './picture-grids.ts';

/** Describes the section. */
export function meanImagesSection(found: Exploration): Section | null {
  return section('mean-images', 'Mean images', [
    {
      kind: 'picture',
      file: 'mean-images.png',
      png: meanImagesSheet(found),
      alt: 'Mean image of each class, and below it the variance',
      caption:
        'Mean training image of each class, and below it the variance of each pixel, scaled to its largest: ' +
        `${found.classNames.join(', ')}.`,
      width: 880,
    },
  ]);
}
