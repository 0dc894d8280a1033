// The check that an image's label does not depend on the images beside it.
import { sliceImages } from '../../data/views.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { countDifferent } from '../trial/trial.ts';

/** Sums in another order may tip an image that stands between two classes. */
const MOST_DIFFERENT = 1;

export const batches: Check = {
  id: 'batches',
  title: 'answers alike however the images are batched',
  meaning: 'The accuracy depends on how the test images are cut up, and latency is measured on other answers.',
  cure: 'Use nothing of the other images in predict: no mean over the batch, and normalisation layers not in training mode.',
  async run(trial) {
    const { classifier, prediction } = await trial.fitted();
    const { test } = trial.images;
    const cuts = [0, 1, Math.floor(test.count * 0.65), test.count];
    const labels: number[] = [];
    for (let i = 1; i < cuts.length; i++) {
      labels.push(...(await classifier.predict(sliceImages(test, cuts[i - 1]!, cuts[i]!))).labels);
    }
    const different = countDifferent(prediction, { labels: Uint8Array.from(labels) });
    const sizes = cuts.slice(1).map((cut, i) => cut - cuts[i]!);
    const message = `${different} of ${test.count} labels differ between all at once and batches of ${sizes.join(', ')}`;
    return different <= MOST_DIFFERENT ? passed(message) : failed(message);
  },
};
