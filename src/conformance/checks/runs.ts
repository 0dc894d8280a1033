// Check: fit and predict do not throw. All other checks depend on it.
import { duration } from '../../document/format.ts';
import { type Check, passed, threw } from '../trial/check.ts';
import { ownClock } from '../trial/own-clock.ts';

export const runs: Check = {
  id: 'runs',
  title: 'fits and predicts without an error',
  meaning: 'A benchmark records a failed fit, and no other check can run.',
  cure:
    'Read the message: it is the error that the model threw. If there are too few images for the model, change its ' +
    'parameters with --set.',
  isEssential: true,
  async run(trial) {
    const start = ownClock.elapsed();
    try {
      await trial.fitted();
    } catch (error) {
      // Without the declaration nobody has provisioned TensorFlow, so loading it is a likely cause of the error.
      const isUndeclared = trial.uses().tensorflow && !trial.adapter.needsTensorflow;
      const hint = isUndeclared ? '; the model loads TensorFlow and does not declare needsTensorflow: true' : '';
      return threw(error, hint);
    }
    const { train, test } = trial.images;
    const time = duration((ownClock.elapsed() - start) / 1000);
    return passed(`fitted on ${train.count} images and predicted ${test.count} in ${time}`);
  },
};
