// Check: a model learns something that holds for new images.
import { wilsonInterval } from '../../stats/wilson.ts';
import type { Prediction } from '../../types.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { takeBalanced } from '../trial/small-data.ts';
import { countRight, type Trial, withFitted } from '../trial/trial.ts';

/** Confidence that the accuracy is better than chance. */
const CONFIDENCE = 0.999;
/** A network with few epochs takes too few steps on few images. It gets a second fit on more images. */
const MORE_IMAGES = 2000;

export const learns: Check = {
  id: 'learns',
  title: 'is better than chance on images that it has not seen',
  meaning: 'The model has learned nothing: labels do not belong to their images, or it learns too slowly.',
  cure:
    'Check that image i still has label i after shuffling, that the loss falls (see the learning curve of npm run bench), and ' +
    'that predict prepares images as fit does. Try more epochs with --set.',
  async run(trial) {
    const { train, pool, test } = trial.images;
    const first = judge(trial, train.count, (await trial.fitted()).prediction);
    if (first.verdict === 'passed' || pool.count <= train.count) return first;
    const more = takeBalanced(pool, MORE_IMAGES);
    const prediction = await withFitted(trial, { train: more }, (classifier) => classifier.predict(test));
    return judge(trial, more.count, prediction);
  },
};

function judge({ adapter, images: { test }, classNames }: Trial, count: number, prediction: Prediction): Finding {
  const right = countRight(prediction, test);
  const [low, high] = wilsonInterval(right, test.count, CONFIDENCE);
  const chance = 1 / classNames.length;
  const message =
    `${right} of ${test.count} labels are right after a fit on ${count} images; chance gives about ` +
    `${Math.round(test.count * chance)}`;
  // A baseline may be exactly as good as chance.
  return (adapter.kind === 'baseline' ? high >= chance : low > chance) ? passed(message) : failed(message);
}
