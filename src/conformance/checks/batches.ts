// Check: the label of an image does not depend on the other images of the batch.
import { sliceImages } from '../../data/views.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { countDifferent } from '../trial/trial.ts';

/** Sums in another order may change the label of an image that lies on the border of two classes. */
const MOST_DIFFERENT = 1;

export const batches: Check = {
  id: 'batches',
  title: 'predicts the same labels for every batch size',
  meaning: 'Accuracy depends on how the test images are divided, and latency is measured on other predictions.',
  cure:
    'Compute the prediction of an image from this image only: use no mean over the batch, and run normalization layers in ' +
    'inference mode.',
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
    const message = `${different} of ${test.count} labels differ between one batch and batches of ${sizes.join(', ')}`;
    return different <= MOST_DIFFERENT ? passed(message) : failed(message);
  },
};
