// A fit on thousands of images, as the harness makes it: with validation images and a checkpoint, every part measured.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, shuffle } from '../../base/random.ts';
import { takeImages } from '../../data/images.ts';
import { sliceImages, unlabelled } from '../../data/views.ts';
import type { FitContext, Images, Prediction, UniformClassifier } from '../../types.ts';
import { type Finding, inconclusive } from './check.ts';
import { drawLargeImages, type LargeImages } from './large-images.ts';
import { measureWork, ownClock } from './own-clock.ts';
import type { Trial } from './trial.ts';

/** Large fits that take longer are not made. */
export const MOST_LARGE_SECONDS = 60;
/** Number of times that the test images are predicted after a large fit. */
const PREDICTIONS = 3;
/** Images of each batch when the test images are predicted in parts. */
const PART_IMAGES = 1000;
/** Predictions of a single image. */
const SINGLE_PREDICTIONS = 3;
/** Pause after the first prediction, for work that a model has put off. */
const PAUSE_MILLISECONDS = 50;

/** The message of checks that could not decide because a large fit takes too long. */
export const TOO_SLOW = `a fit of more than 3,000 images and its predictions take more than ${MOST_LARGE_SECONDS} s`;

/** Milliseconds of a fit's parts. */
export interface FitTimes {
  readonly create: number;
  /** The whole fit, including the next two. */
  readonly fit: number;
  /** Inside `context.evaluating`. */
  readonly evaluating: number;
  /** In the functions that `checkpoint.save` was given. */
  readonly saving: number;
  /** Number of calls of `context.evaluating`. */
  readonly evaluations: number;
}

/** Predictions of the test images after a large fit. All label lists are in the order of the test images. */
export interface LargePredictions {
  /** All test images at once, the first prediction after the fit. A copy from the moment when `predict` resolved. */
  readonly labels: Uint8Array;
  /** The array that `predict` returned, after all other predictions. */
  readonly returned: Uint8Array;
  /** The same images at once, in another order. */
  readonly reordered: Uint8Array;
  /** The same images in parts of 1,000. */
  readonly inParts: Uint8Array;
  /** Milliseconds of these predictions. */
  readonly times: {
    readonly first: number;
    readonly reordered: number;
    readonly inParts: number;
    readonly validation: number;
    /** The fastest prediction of one image. */
    readonly single: number;
  };
}

/** A fitted model, its times and its predictions. */
export interface LargeFit {
  readonly images: LargeImages;
  readonly times: FitTimes;
  readonly predictions: LargePredictions;
}

const shared = new WeakMap<Trial, Promise<LargeFit | undefined>>();

/**
 * Returns the large fit that checks share. The first call makes it.
 *
 * @returns undefined if that takes too long
 */
export function sharedLargeFit(trial: Trial): Promise<LargeFit | undefined> {
  const fit = shared.get(trial) ?? fitLarge(trial, newLargeImages(trial));
  shared.set(trial, fit);
  return fit;
}

/** Draws the images of a large fit by random numbers that no model and no earlier run can know. */
export function newLargeImages({ images, classNames }: Trial): LargeImages {
  return drawLargeImages(images, classNames.length, createRandom(randomInt(2 ** 32)));
}

/**
 * Fits a model on thousands of images, predicts the test images in several ways, and disposes of the model.
 *
 * @returns undefined if that takes too long
 */
export async function fitLarge(trial: Trial, images: LargeImages): Promise<LargeFit | undefined> {
  if (await isTooSlow(trial, images)) return undefined;
  const signal = AbortSignal.timeout(MOST_LARGE_SECONDS * 1000);
  let classifier: UniformClassifier | undefined;
  try {
    const fitted = await fitMeasured(trial, images, signal);
    classifier = fitted.classifier;
    return { images, times: fitted.times, predictions: await predictLarge(trial, classifier, images, signal) };
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    classifier?.dispose?.();
  }
}

/**
 * Decides before a large fit whether it takes too long. Most models end when the signal is aborted; this is for those that
 * block the thread.
 */
async function isTooSlow(trial: Trial, { train, test }: LargeImages): Promise<boolean> {
  const { adapter, params, images } = trial;
  const { classifier, fitSeconds } = await trial.fitted();
  const predicted = PREDICTIONS * test.count;
  const declared = adapter.estimateSeconds?.({ train: train.count, test: predicted, params }) ?? 0;
  if (declared * trial.slowdown() > MOST_LARGE_SECONDS) return true;
  // The fit of 400 images may have loaded and compiled what later fits only use, and that of 64 consists of fixed costs.
  const byMany = (fitSeconds * train.count) / images.train.count;
  if (byMany > MOST_LARGE_SECONDS) {
    const { seconds } = await trial.fittedFew();
    if (Math.min(byMany, (seconds * train.count) / images.few.count) > MOST_LARGE_SECONDS) return true;
  }
  const start = ownClock.elapsed();
  await classifier.predict(unlabelled(images.test));
  const predictSeconds = (ownClock.elapsed() - start) / 1000;
  return (predictSeconds * predicted) / images.test.count > MOST_LARGE_SECONDS;
}

/** Fits with all callbacks measured. The classifier is disposed of if the fit rejects. */
async function fitMeasured(
  trial: Trial,
  { train, validation, test }: LargeImages,
  signal: AbortSignal,
): Promise<{ classifier: UniformClassifier; times: FitTimes }> {
  const { device } = trial;
  // The harness also computes the pixels before the fit.
  if (trial.adapter.needsPixels) for (const images of [train, validation, test]) void images.pixels;
  let [evaluating, evaluations, saving] = [0, 0, 0];
  const changes: Partial<FitContext> = {
    signal,
    async evaluating(work) {
      evaluations++;
      const measured = await measureWork(device, work);
      evaluating += measured.milliseconds;
      return measured.result;
    },
    checkpoint: {
      load: async () => null,
      async save(state) {
        saving += (await measureWork(device, () => void state())).milliseconds;
      },
    },
  };
  const created = await measureWork(device, () => trial.create(changes));
  const classifier = created.result;
  try {
    const { milliseconds: fit } = await measureWork(device, async () => {
      await classifier.fit(train, validation);
      await trial.queue.idle();
    });
    return { classifier, times: { create: created.milliseconds, fit, evaluating, evaluations, saving } };
  } catch (error) {
    classifier.dispose?.();
    throw error;
  }
}

/** Predicts as the harness does, then in other ways that must give the same labels. */
async function predictLarge(
  trial: Trial,
  classifier: UniformClassifier,
  { validation, test }: LargeImages,
  signal: AbortSignal,
): Promise<LargePredictions> {
  const predict = async (images: Images) => {
    signal.throwIfAborted();
    const { result, milliseconds } = await measureWork(trial.device, async () => {
      const prediction: Prediction = await classifier.predict(unlabelled(images));
      // Read inside the clock: a model could compute when its labels are read.
      const { labels } = prediction;
      return { returned: labels, labels: labels.slice() };
    });
    return { ...result, milliseconds };
  };
  const first = await predict(test);
  await sleep(PAUSE_MILLISECONDS);
  const validated = await predict(validation);
  const order = shuffle(Uint32Array.from(test.labels.keys()), createRandom(randomInt(2 ** 32)));
  const mixed = takeImages(test, order);
  if (trial.adapter.needsPixels) void mixed.pixels;
  const shuffled = await predict(mixed);
  const reordered = new Uint8Array(test.count);
  for (const [place, index] of order.entries()) reordered[index] = shuffled.labels[place]!;
  const inParts = new Uint8Array(test.count);
  let partsTime = 0;
  for (let from = 0; from < test.count; from += PART_IMAGES) {
    const part = await predict(sliceImages(test, from, from + PART_IMAGES));
    inParts.set(part.labels, from);
    partsTime += part.milliseconds;
  }
  const single = await fastestSingle(test, predict);
  return {
    labels: first.labels,
    returned: first.returned,
    reordered,
    inParts,
    times: {
      first: first.milliseconds,
      reordered: shuffled.milliseconds,
      inParts: partsTime,
      validation: validated.milliseconds,
      single,
    },
  };
}

/**
 * Returns the shortest time in milliseconds of predicting one image, each time another one.
 *
 * @param images at least 3
 * @param predict predicts and measures
 */
export async function fastestSingle(
  images: Images,
  predict: (images: Images) => Promise<{ milliseconds: number }>,
): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < SINGLE_PREDICTIONS; i++) {
    fastest = Math.min(fastest, (await predict(sliceImages(images, i, i + 1))).milliseconds);
  }
  return fastest;
}

/**
 * Judges the shared large fit. A fault must show again in a second fit, of images with other names.
 *
 * @param trial of the model
 * @param judge finds a fault of one fit
 * @returns inconclusive where a large fit is too slow
 */
export async function judgeLargeFits(trial: Trial, judge: (fit: LargeFit) => Finding): Promise<Finding> {
  const first = await sharedLargeFit(trial);
  if (!first) return inconclusive(TOO_SLOW);
  const finding = judge(first);
  if (finding.verdict === 'passed') return finding;
  const second = await fitLarge(trial, newLargeImages(trial));
  return second ? judge(second) : inconclusive(TOO_SLOW);
}
