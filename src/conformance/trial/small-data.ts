// The images of a trial: small, balanced subsets of a data set.
import type { Dataset } from '../../data/dataset.ts';
import { takeImages } from '../../data/images.ts';
import { openSplit, type PreparedSplit, prepareSplit } from '../../data/prepared.ts';
import { splitDataset } from '../../data/split.ts';
import type { LabelledImages } from '../../types.ts';

/** Maximum number of images for one fit. */
const POOL_IMAGES = 10_000;
const TRAIN_IMAGES = 400;
const FEW_IMAGES = 64;
const VALIDATION_IMAGES = 100;
const TEST_IMAGES = 200;
const MANY_TEST_IMAGES = 3200;

/** Images that all checks of a trial share. Checks must not write to them. */
export interface TrialImages {
  /** 64 images of `train`, balanced: for fits whose accuracy does not matter. */
  readonly few: LabelledImages;
  /** 400 images of `pool`, balanced. */
  readonly train: LabelledImages;
  /** Up to 10,000 images. */
  readonly pool: LabelledImages;
  /** 100 images. */
  readonly validation: LabelledImages;
  /** 200 images of `manyTest`, balanced. */
  readonly test: LabelledImages;
  /** Up to 3,200 images. */
  readonly manyTest: LabelledImages;
}

/**
 * Writes the images of a trial into the cache, where other processes can read them.
 *
 * @param dataset its training part must have at least 100 images more than classes
 * @throws UserError when the data set is too small, or the cache cannot be written to
 */
export async function prepareTrialImages(dataset: Dataset): Promise<PreparedSplit> {
  const options = { validation: VALIDATION_IMAGES, limit: POOL_IMAGES, testLimit: MANY_TEST_IMAGES };
  return prepareSplit(dataset, splitDataset(dataset, options));
}

/**
 * Reads the images of a trial.
 *
 * @param prepared result of `prepareTrialImages`, in this or another process
 */
export async function openTrialImages(prepared: PreparedSplit): Promise<TrialImages> {
  const { train: pool, validation, test: manyTest } = await openSplit(prepared);
  const train = takeBalanced(pool, TRAIN_IMAGES);
  const test = takeBalanced(manyTest, TEST_IMAGES);
  return { few: takeBalanced(train, FEW_IMAGES), train, pool, validation, test, manyTest };
}

/**
 * Copies the first images of each class, so that class sizes differ by at most one where there are enough images.
 *
 * @param images where the images are taken from
 * @param count how many; all when there are fewer
 * @returns the images in their original order
 */
export function takeBalanced(images: LabelledImages, count: number): LabelledImages {
  const seen = new Uint32Array(256);
  const rounds = Array.from(images.labels, (label, index) => ({ index, round: seen[label]!++ }));
  const chosen = rounds.sort((a, b) => a.round - b.round || a.index - b.index).slice(0, count);
  return takeImages(
    images,
    chosen.map(({ index }) => index).sort((a, b) => a - b),
  );
}

/**
 * Copies all images several times, one complete copy after the other.
 *
 * @param times number of copies, at least 1
 */
export function repeatImages(images: LabelledImages, times: number): LabelledImages {
  return takeImages(
    images,
    Array.from({ length: images.count * times }, (_, i) => i % images.count),
  );
}
