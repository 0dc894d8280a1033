// Check: a second fit of the same images does the same work, and no fit uses what an earlier one has learned.
import { milliseconds } from '../../document/format.ts';
import type { LabelledImages } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { newLargeImages, sharedLargeFit } from '../trial/large-fit.ts';
import { countNamed } from '../trial/large-images.ts';
import { measureWork } from '../trial/own-clock.ts';
import { takeBalanced } from '../trial/small-data.ts';
import { countDifferent, type Trial } from '../trial/trial.ts';

/** Longer large fits are not repeated: fits of 400 images are compared instead. */
const MOST_LARGE_MILLISECONDS = 10_000;
/** If the fit of 400 images takes longer, fits of 64 are compared. */
const MOST_SMALL_SECONDS = 10;
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
  isDoctorOnly: true,
  async run(trial) {
    const large = await sharedLargeFit(trial);
    const { fitSeconds } = await trial.fitted();
    const { train: small, few } = trial.images;
    const isLarge = large !== undefined && large.times.fit <= MOST_LARGE_MILLISECONDS;
    let earlier = isLarge ? large.images.names : undefined;
    let found = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // With new names, so that nobody has fitted these images before.
      const { train: all, names } = newLargeImages(trial);
      const train = isLarge ? all : takeBalanced(all, fitSeconds <= MOST_SMALL_SECONDS ? small.count : few.count);
      if (trial.adapter.needsPixels) void train.pixels;
      const first = await fitOnce(trial, train);
      const fault = earlier && nameFault(first.labels, trial.images.test, earlier, names);
      if (fault !== undefined) return failed(fault);
      const second = await fitOnce(trial, train);
      const different = countDifferent(first, second);
      if (different > 0) {
        const of = `of ${first.labels.length} labels`;
        return failed(
          `${different} ${of} differ between two fits of the same ${train.count} images with the same seed`,
        );
      }
      found =
        `the first fit of ${train.count} images took ${milliseconds(first.milliseconds)}, the second one of the same images ` +
        milliseconds(second.milliseconds);
      if (first.milliseconds <= LEAST_MILLISECONDS || second.milliseconds >= LEAST_SHARE * first.milliseconds) {
        return passed(found);
      }
      earlier = names;
    }
    return failed(`${found} (${ATTEMPTS} pairs of ${ATTEMPTS})`);
  },
};

interface Work {
  /** Of the 200 test images. */
  readonly labels: Uint8Array;
  readonly milliseconds: number;
}

async function fitOnce(trial: Trial, train: LabelledImages): Promise<Work> {
  const { result: classifier, milliseconds: work } = await measureWork(trial.device, async () => {
    const created = trial.create();
    try {
      await created.fit(train, trial.images.validation);
      return created;
    } catch (error) {
      created.dispose?.();
      throw error;
    }
  });
  try {
    const { labels } = await classifier.predict(trial.images.test);
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
