// Check: a fit is reproducible.
import type { Prediction } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { countDifferent, type Trial, withFitted } from '../trial/trial.ts';

/** A model that takes longer for 64 images is not fitted with another seed. */
const SLOW_SECONDS = 1;

export const seed: Check = {
  id: 'seed',
  title: 'gives the same predictions for the same seed',
  meaning: 'Nobody can reproduce a record, and the effect of a code change cannot be told from random variation.',
  cure:
    'Draw all random numbers from createRandom(context.seed), or from Math.random, which the harness seeds before create. Do ' +
    'not use the time, crypto, or the order in which threads finish.',
  images: 192,
  async run(trial) {
    const { test: one, seconds } = await trial.fittedFew();
    const again = await predictWith(trial, trial.seed);
    const different = countDifferent(one, again);
    if (different > 0) {
      return failed(`${different} of ${one.labels.length} labels differ between two fits with seed ${trial.seed}`);
    }
    const changed = (one.probabilities ?? []).findIndex((value, i) => !Object.is(value, again.probabilities?.[i]));
    if (changed >= 0) {
      const values = `${one.probabilities![changed]} and ${again.probabilities?.[changed]}`;
      return failed(`labels agree, but probabilities differ between two fits with seed ${trial.seed}: ${values}`);
    }
    // What another seed changes is no requirement, only good to know.
    if (seconds > SLOW_SECONDS) return passed(`two fits with seed ${trial.seed} agree`);
    const others = countDifferent(one, await predictWith(trial, trial.seed + 1));
    const effect = others === 0 ? 'gives the same labels' : `changes ${others} of ${one.labels.length} labels`;
    return passed(`two fits with seed ${trial.seed} agree; seed ${trial.seed + 1} ${effect}`);
  },
};

function predictWith(trial: Trial, seed: number): Promise<Prediction> {
  return withFitted(trial, { changes: { seed } }, (classifier) => classifier.predict(trial.images.test));
}
