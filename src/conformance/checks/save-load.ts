// Check: a loaded model predicts what the saved one predicted.
import { deserialize, serialize } from 'node:v8';
import type { Prediction } from '../../types.ts';
import { type Check, type Finding, failed, notApplicable, passed } from '../trial/check.ts';
import { countDifferent } from '../trial/trial.ts';

/** A model may predict many images by another algorithm than few, in which sums have another order. */
const TOLERANCE = 1e-5;

export const saveLoad: Check = {
  id: 'save-load',
  title: 'predicts the same after save and load',
  meaning:
    'The commands predict, explain and serve use the saved model, so they answer differently from the measured one.',
  cure: 'Let save return everything that predict needs, and let load restore it. Implement both or neither.',
  async run(trial) {
    const { classifier, prediction } = await trial.fitted();
    if (!classifier.save !== !classifier.load) {
      return failed(classifier.save ? 'it has save and no load' : 'it has load and no save');
    }
    if (!classifier.save) return notApplicable('it has no save and load, so npm run predict cannot use it');
    const loaded = trial.create();
    try {
      // The harness writes the saved value to a file in the same form.
      await loaded.load!(deserialize(serialize(await classifier.save())));
      return compare(prediction, await loaded.predict(trial.images.test));
    } finally {
      loaded.dispose?.();
    }
  },
};

function compare(before: Prediction, after: Prediction): Finding {
  const different = countDifferent(before, after);
  if (different > 0) return failed(`${different} of ${after.labels.length} labels differ after load`);
  if (!before.probabilities !== !after.probabilities) {
    return failed(`it has probabilities only ${before.probabilities ? 'before save' : 'after load'}`);
  }
  for (const [i, value] of (before.probabilities ?? []).entries()) {
    const other = after.probabilities![i]!;
    if (!Object.is(value, other) && !(Math.abs(value - other) <= TOLERANCE)) {
      return failed(`a probability was ${value} before save and is ${other} after load`);
    }
  }
  return passed('the loaded model predicts the same');
}
