// Check: a second fit of the same images does the same work, and no fit uses what an earlier one has learned.
import { milliseconds } from '../../document/format.ts';
import type { LabelledImages } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { type LargeFit, newLargeImages, sharedLargeFit } from '../trial/large-fit.ts';
import { countNamed, type LargeImages } from '../trial/large-images.ts';
import { measureWork } from '../trial/own-clock.ts';
import { takeBalanced } from '../trial/small-data.ts';
import { countDifferent, imagesToRepeat, type Trial } from '../trial/trial.ts';

/** Large fits that take longer are compared with the one that checks share, instead of two new ones. */
const MOST_PAIR_MILLISECONDS = 3000;
/** Longer large fits are not repeated: fits of fewer images are compared instead. */
const MOST_LARGE_MILLISECONDS = 10_000;
/** A fit of less work is too short to hide work. */
const LEAST_MILLISECONDS = 50;
/** The second fit must do at least this share of the work of the first. */
const LEAST_SHARE = 0.5;
/** Number of pairs of fits that must show less work before the check fails. */
const ATTEMPTS = 3;
/** Standard deviations by which the names of an earlier fit must outnumber those of this fit. */
const LEAST_DEVIATIONS = 4;

export const fitsAgain: Check = {
  id: 'fits-again',
  title: 'does the same work in a second fit of the same images, with the same result',
  meaning:
    'The model keeps what it has learned in memory or in a file, so the measured fit time is too short or the result is that of an ' +
    'earlier fit.',
  cure: 'Keep all fitted state in variables of create. Write no files. Use seeded random numbers for any number of training images.',
  images: 800,
  isDoctorOnly: true,
  usesLargeFit: true,
  async run(trial) {
    const large = await sharedLargeFit(trial);
    const isLarge = large !== undefined && large.times.fit <= MOST_LARGE_MILLISECONDS;
    const count = await imagesToRepeat(trial);
    let earlier = isLarge ? large.images.names : undefined;
    let found = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const pair =
        attempt === 0 && isLarge && large.times.fit > MOST_PAIR_MILLISECONDS
          ? await refit(trial, large)
          : await fitTwice(trial, isLarge ? null : count, earlier);
      if (typeof pair === 'string') return failed(pair);
      const { first, second, images } = pair;
      const different = countDifferent(first, second);
      if (different > 0) {
        const of = `of ${first.labels.length} labels`;
        return failed(`${different} ${of} differ between two fits of the same ${images} images with the same seed`);
      }
      found =
        `the first fit of ${images} images took ${milliseconds(first.milliseconds)}, the second one of the same images ` +
        milliseconds(second.milliseconds);
      if (first.milliseconds <= LEAST_MILLISECONDS || second.milliseconds >= LEAST_SHARE * first.milliseconds) {
        return passed(found);
      }
      earlier = pair.names;
    }
    return failed(`${found} (${ATTEMPTS} pairs of ${ATTEMPTS})`);
  },
};

interface Work {
  /** Of the test images. */
  readonly labels: Uint8Array;
  readonly milliseconds: number;
}

/** Two fits of the same images with the same seed. */
interface Pair {
  readonly first: Work;
  readonly second: Work;
  readonly images: number;
  /** The class names that they learned. */
  readonly names: Uint8Array;
}

/** Repeats the large fit that checks share. */
async function refit(trial: Trial, { images, times, predictions }: LargeFit): Promise<Pair> {
  const { train, validation, test, names } = images;
  const first = { labels: predictions.labels, milliseconds: times.create + times.fit };
  return { first, second: await fitOnce(trial, { train, validation, test }), images: train.count, names };
}

/**
 * Fits twice, with new names, so that nobody has fitted these images before.
 *
 * @param count number of images; null for a large fit
 * @param earlier names of an earlier fit
 * @returns a fault if the labels are right by the names of the earlier fit
 */
async function fitTwice(trial: Trial, count: number | null, earlier: Uint8Array | undefined): Promise<Pair | string> {
  const { train: all, names } = newLargeImages(trial);
  const train = count === null ? all : takeBalanced(all, count);
  if (trial.adapter.needsPixels) void train.pixels;
  const { validation, test } = trial.images;
  const first = await fitOnce(trial, { train, validation, test });
  const fault = earlier && nameFault(first.labels, test, earlier, names);
  return fault ?? { first, second: await fitOnce(trial, { train, validation, test }), images: train.count, names };
}

async function fitOnce(
  trial: Trial,
  { train, validation, test }: Pick<LargeImages, 'train' | 'validation' | 'test'>,
): Promise<Work> {
  const { result: classifier, milliseconds: work } = await measureWork(trial.device, async () => {
    const created = trial.create();
    try {
      await created.fit(train, validation);
      return created;
    } catch (error) {
      created.dispose?.();
      throw error;
    }
  });
  try {
    const { labels } = await classifier.predict(test);
    return { labels: labels.slice(), milliseconds: work };
  } finally {
    classifier.dispose?.();
  }
}

function nameFault(
  labels: Uint8Array,
  test: LabelledImages,
  earlier: Uint8Array,
  names: Uint8Array,
): string | undefined {
  const [byEarlier, byOwn] = [countNamed(labels, test, earlier), countNamed(labels, test, names)];
  if (byEarlier - byOwn <= LEAST_DEVIATIONS * Math.sqrt(byEarlier + byOwn)) return undefined;
  return `${byEarlier} of ${test.count} labels are right by the class names of an earlier fit, and ${byOwn} by the names of this fit`;
}
