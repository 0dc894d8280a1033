// Check: a model does not learn from the validation images.
import { integer } from '../../document/format.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { judgeLargeFits, type LargeFit } from '../trial/large-fit.ts';

/** Share of the images of unknown classes that must get the right name before the check can fail. */
const LEAST_SHARE = 0.05;
/** Standard deviations by which right names must outnumber exchanged names before the check can fail. */
const LEAST_DEVIATIONS = 4;

export const validationUse: Check = {
  id: 'validation-use',
  title: 'does not train on the validation images',
  meaning:
    'The model learns from more images than the others, and the validation score of the report is that of images it was fitted on.',
  cure: 'Use validation images for early stopping, tuning and learning curves only. Do not add them to the training images.',
  isDoctorOnly: true,
  usesLargeFit: true,
  run: (trial) => judgeLargeFits(trial, judge),
};

/** Two classes occur among the validation images and not among the training images, so the model cannot know their names. */
function judge({ images: { test, names, heldOut }, predictions: { labels } }: LargeFit): Finding {
  const [one, other] = heldOut;
  let [count, right, exchanged] = [0, 0, 0];
  for (const [i, truth] of test.labels.entries()) {
    if (truth !== one && truth !== other) continue;
    count++;
    if (labels[i] === names[truth]) right++;
    if (labels[i] === names[truth === one ? other : one]) exchanged++;
  }
  const found = `${integer(right)} of ${integer(count)} images have the name of a class that occurs among the validation images only`;
  // A model that always predicts one of these names is right as often as it exchanges them.
  const isKnown = right > LEAST_SHARE * count && right - exchanged > LEAST_DEVIATIONS * Math.sqrt(right + exchanged);
  return isKnown ? failed(found) : passed(found);
}
