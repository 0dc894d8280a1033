// Check: a model can memorise a few images.
import { wilsonInterval } from '../../stats/wilson.ts';
import { type Check, type Finding, failed, inconclusive, notApplicable, passed } from '../trial/check.ts';
import { repeatImages } from '../trial/small-data.ts';
import { countRight, type Trial, withFitted } from '../trial/trial.ts';

/** Each image occurs this many times in further fits, so that a network takes as many steps as on a larger data set. */
const REPEATS = [8, 32];

export const memorises: Check = {
  id: 'memorises',
  title: 'can memorise 64 images',
  meaning:
    'The model cannot fit its training images: gradients, labels or the loss are wrong, or it is regularized too much.',
  cure:
    'Train on a few images and watch the loss. If it does not fall, look for a wrong sign, a bad learning rate, or labels that ' +
    'do not belong to their images. If it falls, look for a difference between fit and predict. A traditional model that is ' +
    'too simple to memorise, such as one threshold, is reported as inconclusive.',
  images: 64,
  async run(trial) {
    if (trial.adapter.kind === 'baseline') return notApplicable('a baseline need not learn');
    const { few } = trial.images;
    let finding = judge(trial, countRight((await trial.fittedFew()).few, few), 1);
    for (const times of REPEATS) {
      if (finding.verdict === 'passed') break;
      const right = await withFitted(trial, { train: repeatImages(few, times) }, async (classifier) =>
        countRight(await classifier.predict(few), few),
      );
      finding = judge(trial, right, times);
    }
    return finding;
  },
};

function judge({ adapter: { kind }, images: { few }, classNames }: Trial, right: number, times: number): Finding {
  // Halfway between chance and perfect: the simplest models reach it, and a model that learns wrongly does not.
  const least = Math.ceil((few.count * (1 + 1 / classNames.length)) / 2);
  const images = times === 1 ? 'these images' : `these images, ${times} times each`;
  const message = `${right} of ${few.count} labels are right after a fit on ${images}; at least ${least} are required`;
  if (right >= least) return passed(message);
  const isAboveChance = wilsonInterval(right, few.count)[0] > 1 / classNames.length;
  // A network can memorise 64 images; a simple closed-form model cannot.
  if (kind === 'traditional' && isAboveChance) {
    return inconclusive(`${message}. It is more than chance: the model may be too simple to memorise`);
  }
  return failed(message);
}
