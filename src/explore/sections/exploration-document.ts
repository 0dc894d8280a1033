// The description of an exploration, which page, Markdown and terminal share. A new section is one file and one entry.
import type { Dataset } from '../../data/dataset.ts';
import type { Document } from '../../document/blocks.ts';
import type { SpriteSheet } from '../../document/sprite-sheet.ts';
import type { Exploration } from '../explore-dataset.ts';
import { classCountsSection } from './class-counts-section.ts';
import { foregroundSection } from './foreground-section.ts';
import { imageMapSection } from './image-map-section.ts';
import { labelErrorsSection } from './label-errors-section.ts';
import { meanImagesSection } from './mean-images-section.ts';
import { nearDuplicatesSection } from './near-duplicates-section.ts';
import { pixelValuesSection } from './pixel-values-section.ts';

/**
 * Describes an exploration.
 *
 * @param found what was found
 * @param dataset what it was found in
 * @param pictures that the map of a page shows; null for other outputs
 */
export function explorationDocument(
  found: Exploration,
  dataset: Dataset,
  pictures: SpriteSheet | null = null,
): Document {
  return {
    title: `Data set ${found.name}`,
    lead: [],
    sections: [
      classCountsSection(found, dataset),
      pixelValuesSection(found),
      foregroundSection(found),
      meanImagesSection(found),
      nearDuplicatesSection(found, dataset),
      labelErrorsSection(found, dataset),
      imageMapSection(found, dataset, pictures),
    ].filter((one) => one !== null),
  };
}
