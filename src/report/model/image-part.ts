// Makes the part of a comparison about single test images, from their labels and the predictions of the records.
import type { SeedVariances } from '../../metrics/seed-variance.ts';
import { decodeLabels } from '../../results/encode.ts';
import type { FinishedRecord } from '../../results/schema.ts';
import type { LabelledImages } from '../../types.ts';
import { type Answers, answersOf } from './answers.ts';
import { calibrationBins } from './calibration-bins.ts';
import { makeGallery } from './gallery.ts';
import type { GradCamPart, ImagePart } from './image-data.ts';
import { isFinishedRow, type Row } from './row-data.ts';
import { makePairwiseTests } from './significance.ts';

/**
 * Makes the part of a comparison that is about single images.
 *
 * @param models rows by accuracy
 * @param seedRecords one finished record of each seed, by the row's slug; the predictions of the first stand for the row
 * @param test the test images of all records
 * @param seedVariances how much each model varies from seed to seed
 * @returns null when no model has predictions for these images
 */
export function makeImagePart(
  models: readonly Row[],
  seedRecords: ReadonlyMap<string, readonly FinishedRecord[]>,
  test: LabelledImages,
  seedVariances: SeedVariances,
): ImagePart | null {
  const candidates = models.filter(isFinishedRow).filter(({ kind }) => kind !== 'baseline');
  const answers = answersOf(candidates, ({ slug }) => seedRecords.get(slug)![0]!, test);
  if (answers.length === 0) return null;
  const gradCam = answers.flatMap((one) => gradCamPart(one, test.labels));
  return {
    pairwiseTests: makePairwiseTests(
      answers.map(({ row: { slug, name } }) => ({ name, seeds: seedRecords.get(slug)! })),
      test.labels,
      seedVariances,
    ),
    calibrations: answers
      .filter(({ confidence }) => confidence !== null)
      .map((one) => {
        const { slug, name, kind } = one.row;
        return { slug, name, kind, bins: calibrationBins(one, test.labels) };
      }),
    gallery: makeGallery(
      answers,
      test,
      gradCam.flatMap(({ images }) => images.map(({ image }) => image)),
    ),
    gradCam,
  };
}

function gradCamPart({ row, gradCam }: Answers, truth: Uint8Array): GradCamPart[] {
  if (!gradCam) return [];
  const { layer, height, width } = gradCam;
  const images = gradCam.images
    .map(({ image, label, map }) => ({ image, label, truth: truth[image]!, map: decodeLabels(map) }))
    // The schema does not check what the bytes of a record hold.
    .filter(({ image, map }) => image < truth.length && map.length === height * width);
  return images.length > 0 ? [{ slug: row.slug, name: row.name, layer, height, width, images }] : [];
}
