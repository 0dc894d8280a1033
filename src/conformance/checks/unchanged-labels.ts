// Check: a prediction stays as it was when predict resolved.
import { type Check, failed, passed } from '../trial/check.ts';
import { countDifferent } from '../trial/trial.ts';

export const unchangedLabels: Check = {
  id: 'unchanged-labels',
  title: 'does not change a prediction that it has returned',
  meaning: 'The clock stops before the labels are known, or a later prediction overwrites an earlier one.',
  cure:
    'Compute labels and probabilities before predict resolves, and return new arrays from every call. Do not keep a reference ' +
    'to an array that predict has returned.',
  async run(trial) {
    const { classifier, prediction, returned, validation } = await trial.fitted();
    // The harness predicts validation and training images after the test images.
    await classifier.predict(validation);
    await classifier.predict(trial.images.few);
    const different = countDifferent(prediction, returned);
    const { count } = trial.images.test;
    if (different > 0) {
      return failed(
        `${different} of ${count} labels changed after predict had returned them, during later predictions`,
      );
    }
    const changed = (prediction.probabilities ?? []).findIndex(
      (value, i) => !Object.is(value, returned.probabilities?.[i]),
    );
    if (changed >= 0) return failed('probabilities changed after predict had returned them, during later predictions');
    return passed(`${count} labels stayed the same during later predictions`);
  },
};
