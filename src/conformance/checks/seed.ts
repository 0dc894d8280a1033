// The check that a fit can be repeated.

import type { Prediction } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { countDifferent, type Trial, withFitted } from '../trial/trial.ts';

export const seed: Check = {
  id: 'seed',
  title: 'gives the same predictions for the same seed',
  meaning: 'Nobody can reproduce the record, and a change of the code cannot be told from chance.',
  cure:
    'Draw every random number from createRandom(context.seed), or from Math.random, which is seeded before create. Do not ' +
    'use the time, crypto, or the order in which threads finish.',
  async run(trial) {
    const one = await predictWith(trial, trial.seed);
    const again = await predictWith(trial, trial.seed);
    const different = countDifferent(one, again);
    if (different > 0) {
      return failed(`${different} of ${one.labels.length} labels differ between two fits with seed ${trial.seed}`);
    }
    const changed = (one.probabilities ?? []).findIndex((value, i) => !Object.is(value, again.probabilities?.[i]));
    if (changed >= 0) {
      const values = `${one.probabilities![changed]} and ${again.probabilities?.[changed]}`;
      return failed(`labels are the same, probabilities are not: ${values} with seed ${trial.seed}`);
    }
    const other = countDifferent(one, await predictWith(trial, trial.seed + 1));
    const share = other === 0 ? 'none: it does not depend on the seed' : `${other} of ${one.labels.length}`;
    return passed(`two fits with seed ${trial.seed} agree; labels that differ with seed ${trial.seed + 1}: ${share}`);
  },
};

function predictWith(trial: Trial, seed: number): Promise<Prediction> {
  return withFitted(trial, { changes: { seed } }, (classifier) => classifier.predict(trial.images.test));
}
