// The check that a model can learn a few images by heart.
import type { Finding } from '../trial/check.ts';
import { type Check, failed, notApplicable, passed } from '../trial/check.ts';
import { repeatImages } from '../trial/small-data.ts';
import { countRight, type Trial, withFitted } from '../trial/trial.ts';

/** The images come so many times: one fit of a network then takes as many steps as on a set of usual size. */
const REPEATS = [8, 32];

export const memorises: Check = {
  id: 'memorises',
  title: 'can learn 64 images by heart',
  meaning:
    'The model cannot even fit what it was shown: gradients, labels or the loss are wrong, or it is held back too much.',
  cure:
    'Train on a few images and watch the loss: if it does not fall, look for a wrong sign, a learning rate that is far off, or ' +
    'labels that were shuffled apart from their images. If it falls and this fails, predict and fit differ.',
  async run(trial) {
    if (trial.adapter.kind === 'baseline') return notApplicable('a baseline need not learn');
    let finding: Finding | undefined;
    for (const times of REPEATS) {
      finding = await tryWith(trial, times);
      if (finding.verdict === 'passed') break;
    }
    return finding!;
  },
};

async function tryWith(trial: Trial, times: number): Promise<Finding> {
  const { few } = trial.images;
  const right = await withFitted(trial, { train: repeatImages(few, times) }, async (classifier) =>
    countRight(await classifier.predict(few), few),
  );
  // Half-way between chance and perfect: the simplest models get there, one that learns wrongly does not.
  const least = Math.ceil((few.count * (1 + 1 / trial.classNames.length)) / 2);
  const message = `${right} of ${few.count} right after a fit on these images, each ${times} times; ${least} are asked for`;
  return right >= least ? passed(message) : failed(message);
}
