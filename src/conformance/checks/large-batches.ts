// Check: the label of an image does not depend on its place or on the number of images, among thousands.
import { integer } from '../../document/format.ts';
import { type Check, failed, inconclusive, passed } from '../trial/check.ts';
import { sharedLargeFit, TOO_SLOW } from '../trial/large-fit.ts';
import { countDifferent } from '../trial/trial.ts';

/** Sums in another order may change the labels of images that lie on the border of two classes: at most this share. */
const MOST_DIFFERENT_SHARE = 0.002;

export const largeBatches: Check = {
  id: 'large-batches',
  title: 'predicts the same labels for thousands of images in any order and in parts',
  meaning:
    'The model knows answers by the place of an image, treats a large batch in another way, or changes labels after predict ' +
    'has returned them.',
  cure:
    'Compute the prediction of an image from this image and the fitted state only, whatever the number of images. Do not change ' +
    'the fitted state in predict, and return new arrays from every call.',
  isDoctorOnly: true,
  usesLargeFit: true,
  async run(trial) {
    const fit = await sharedLargeFit(trial);
    if (!fit) return inconclusive(TOO_SLOW);
    const { labels, returned, reordered, inParts } = fit.predictions;
    const of = `of ${integer(labels.length)} labels`;
    const rewritten = countDifferent({ labels }, { labels: returned });
    if (rewritten > 0) return failed(`${integer(rewritten)} ${of} changed after predict had returned them`);
    const most = Math.floor(MOST_DIFFERENT_SHARE * labels.length);
    for (const [others, when] of [
      [reordered, 'if the images come in another order'],
      [inParts, 'if the images come in parts of 1,000'],
    ] as const) {
      const different = countDifferent({ labels }, { labels: others });
      if (different > most) return failed(`${integer(different)} ${of} differ ${when}; at most ${most} are allowed`);
    }
    return passed(`${integer(labels.length)} labels are the same in another order and in parts`);
  },
};
