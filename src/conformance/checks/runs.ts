// The check that all others stand on.
import { type Check, passed } from '../trial/check.ts';

export const runs: Check = {
  id: 'runs',
  title: 'fits and predicts without an error',
  meaning: 'The model has no numbers: its record says failed, and no other check can look at it.',
  cure: 'The message is the one that the model threw. Where the images are too few for it, lower its parameters with --set.',
  isEssential: true,
  async run(trial) {
    const start = performance.now();
    await trial.fitted();
    const { train, test } = trial.images;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    return passed(`fitted on ${train.count} images and predicted ${test.count} in ${seconds} s`);
  },
};
