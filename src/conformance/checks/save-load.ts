// The check that a fitted model can be kept.
import { deserialize, serialize } from 'node:v8';
import { type Check, failed, notApplicable, passed } from '../trial/check.ts';
import { countDifferent } from '../trial/trial.ts';

/** Many images may be predicted by another way than few, in which sums have another order. */
const TOLERANCE = 1e-5;

export const saveLoad: Check = {
  id: 'save-load',
  title: 'predicts alike after it was saved and loaded',
  meaning:
    'The kept model, which npm run predict, explain and serve use, answers otherwise than the one that was measured.',
  cure: 'Let save give all that predict needs, and load take the place of fit. Where one is missing, leave out the other too.',
  async run(trial) {
    const { classifier, prediction } = await trial.fitted();
    if (!classifier.save !== !classifier.load) {
      return failed(classifier.save ? 'it has save and no load' : 'it has load and no save');
    }
    if (!classifier.save) return notApplicable('it has no save: it is measured, and not kept for npm run predict');
    const loaded = trial.create();
    try {
      // As through a file.
      await loaded.load!(deserialize(serialize(await classifier.save())));
      const again = await loaded.predict(trial.images.test);
      const different = countDifferent(prediction, again);
      if (different > 0) return failed(`${different} of ${again.labels.length} labels differ after it was loaded`);
      if (!prediction.probabilities !== !again.probabilities) {
        return failed('it has probabilities only before or only after it was loaded');
      }
      for (const [i, value] of (prediction.probabilities ?? []).entries()) {
        const other = again.probabilities![i]!;
        if (!Object.is(value, other) && !(Math.abs(value - other) <= TOLERANCE)) {
          return failed(`a probability was ${value} and is ${other} after it was loaded`);
        }
      }
      return passed('the loaded model answers as the fitted one');
    } finally {
      loaded.dispose?.();
    }
  },
};
