// The images that models are tried on: a small part of a data set, balanced.
import type { Dataset } from '../../data/dataset.ts';
import { takeImages } from '../../data/images.ts';
import { openSplit, type PreparedSplit, prepareSplit } from '../../data/prepared.ts';
import { splitDataset } from '../../data/split.ts';
import type { LabelledImages } from '../../types.ts';

/** Most images that a fit is tried on. */
const POOL_IMAGES = 10_000;
const TRAIN_IMAGES = 400;
const FEW_IMAGES = 64;
const VALIDATION_IMAGES = 100;
const TEST_IMAGES = 200;

/** What a trial has to fit and to predict; shared by all checks, not to be written to. */
export interface TrialImages {
  /** 64, balanced: where it matters that a model fits, and not how well. */
  readonly few: LabelledImages;
  /** 400, balanced, the few among them. */
  readonly train: LabelledImages;
  /** All that there are, up to 10,000, those of `train` among them. */
  readonly pool: LabelledImages;
  /** 100. */
  readonly validation: LabelledImages;
  /** 200, balanced. */
  readonly test: LabelledImages;
}

/**
 * Writes the images of trials into the cache, for other processes to read.
 *
 * @param dataset with at least 100 images more than classes to train
 * @throws UserError when the data set is too small, or the cache cannot be written to
 */
export async function prepareTrialImages(dataset: Dataset): Promise<PreparedSplit> {
  const options = { validation: VALIDATION_IMAGES, limit: POOL_IMAGES, testLimit: TEST_IMAGES };
  return prepareSplit(dataset, splitDataset(dataset, options));
}

/**
 * Reads the images of trials.
 *
 * @param prepared what `prepareTrialImages` gave, in this or another process
 */
export async function openTrialImages(prepared: PreparedSplit): Promise<TrialImages> {
  const { train: pool, validation, test } = await openSplit(prepared);
  const train = takeBalanced(pool, TRAIN_IMAGES);
  return { few: takeBalanced(train, FEW_IMAGES), train, pool, validation, test };
}

/**
 * Copies images so that every class has as many, or one more than others, as far as there are images.
 *
 * @param images where they are taken from, the first of each class first
 * @param count how many; all when there are fewer
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
 * Copies a stack several times over.
 *
 * @param times at least 1
 */
export function repeatImages(images: LabelledImages, times: number): LabelledImages {
  return takeImages(
    images,
    Array.from({ length: images.count * times }, (_, i) => i % images.count),
  );
}
