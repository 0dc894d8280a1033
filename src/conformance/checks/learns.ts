// The check that a model learns at all.
import { wilsonInterval } from '../../stats/wilson.ts';
import type { Prediction } from '../../types.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { takeBalanced } from '../trial/small-data.ts';
import { countRight, type Trial, withFitted } from '../trial/trial.ts';

/** How sure it must be that the accuracy is not chance. */
const CONFIDENCE = 0.999;
/** A network of few epochs takes too few steps on few images: then it gets more. */
const MORE_IMAGES = 2000;

export const learns: Check = {
  id: 'learns',
  title: 'is right more often than chance on images that it has not seen',
  meaning: 'The model has learned nothing: labels and images do not belong together, or it learns too slowly.',
  cure:
    'See that image i has label i after shuffling, that pixels are in [0, 1] and the loss falls (the learning curve of npm run ' +
    'bench), and that predict prepares images as fit does. --set gives it more epochs.',
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
    `${right} of ${test.count} right after a fit on ${count} images, where chance gives about ` +
    `${Math.round(test.count * chance)}`;
  // A baseline need only reach what naming one class gives.
  return (adapter.kind === 'baseline' ? high >= chance : low > chance) ? passed(message) : failed(message);
}
