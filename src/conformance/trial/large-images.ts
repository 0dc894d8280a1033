// The images of a large fit. Two classes are missing from its training images, and every class has the name of another one.
import { type Random, shuffle } from '../../base/random.ts';
import { createImages, imageSize, sharedBytes, takeImages } from '../../data/images.ts';
import { relabelled } from '../../data/views.ts';
import type { LabelledImages } from '../../types.ts';
import type { TrialImages } from './small-data.ts';

/** Maximum number of training images. */
const TRAIN_IMAGES = 3050;
/** Maximum numbers of validation images in addition to those of the trial: of the classes of the training images, and of others. */
const MORE_IMAGES = 160;
const HELD_OUT_IMAGES = 40;

/** The images of one large fit, and what the model cannot know about them. */
export interface LargeImages {
  /** More than 3,000 images of all classes but the two of `heldOut`; the labels are given names. */
  readonly train: LabelledImages;
  /** Up to 300 images of all classes, of those in `heldOut` about 60; the labels are given names. */
  readonly validation: LabelledImages;
  /** More than 3,000 images of all classes; the labels are the true ones. */
  readonly test: LabelledImages;
  /** The class name that the images of each true class have in this fit: a permutation without fixed points. */
  readonly names: Uint8Array;
  /** The two true classes that occur in `validation` and `test` only. */
  readonly heldOut: readonly [number, number];
}

/**
 * Draws the images of a large fit. Images and their order depend on the classes that are held out only.
 *
 * @param images of the trial
 * @param classCount number of classes, at least 4
 * @param random draws the names and the classes that are held out
 */
export function drawLargeImages(images: TrialImages, classCount: number, random: Random): LargeImages {
  const names = drawNames(classCount, random);
  const [first, second] = shuffle([...names.keys()], random) as [number, number];
  const isHeldOut = (label: number): boolean => label === first || label === second;
  const indices = [...images.pool.labels.keys()];
  const seen = indices.filter((i) => !isHeldOut(images.pool.labels[i]!));
  const unseen = indices.filter((i) => isHeldOut(images.pool.labels[i]!));
  const more = [...seen.slice(TRAIN_IMAGES, TRAIN_IMAGES + MORE_IMAGES), ...unseen.slice(0, HELD_OUT_IMAGES)];
  return {
    train: rename(takeImages(images.pool, seen.slice(0, TRAIN_IMAGES)), names),
    validation: rename(joinImages(images.validation, takeImages(images.pool, more)), names),
    test: images.manyTest,
    names,
    heldOut: [first, second],
  };
}

/**
 * Draws a permutation of the classes that gives no class its own name.
 *
 * @param classCount number of classes, at least 2
 * @param random the generator to draw from
 */
export function drawNames(classCount: number, random: Random): Uint8Array {
  const names = Array.from({ length: classCount }, (_, label) => label);
  // About one permutation in three has no fixed point.
  do shuffle(names, random);
  while (names.some((name, label) => name === label));
  return Uint8Array.from(names);
}

function rename(images: LabelledImages, names: Uint8Array): LabelledImages {
  return relabelled(
    images,
    images.labels.map((label) => names[label]!),
  );
}

function joinImages(one: LabelledImages, other: LabelledImages): LabelledImages {
  const count = one.count + other.count;
  const [bytes, labels] = [sharedBytes(count * imageSize(one.shape)), sharedBytes(count)];
  bytes.set(one.bytes);
  bytes.set(other.bytes, one.bytes.length);
  labels.set(one.labels);
  labels.set(other.labels, one.count);
  return createImages(bytes, labels, one.shape);
}

/**
 * Counts the images whose label is the name of their class in a fit.
 *
 * @param labels predicted labels of `test`
 * @param test with the true classes
 * @param names name of each true class
 */
export function countNamed(labels: Uint8Array, test: LabelledImages, names: Uint8Array): number {
  return labels.filter((label, i) => label === names[test.labels[i]!]).length;
}
