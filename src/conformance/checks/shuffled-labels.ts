// Check: a model learns the answers from the training labels only.
import { createRandom, shuffle } from '../../base/random.ts';
import { relabelled } from '../../data/views.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { countsByChance } from '../trial/counts-by-chance.ts';
import { countRight, type Trial, withFitted } from '../trial/trial.ts';

/** Number of random renamings of the classes that chance is estimated from. */
const RENAMINGS = 10_000;
/** Probability that one fit of a correct model looks like a leak. Only two such fits are a failure. */
const LEVEL = 0.001;

export const shuffledLabels: Check = {
  id: 'shuffled-labels',
  title: 'is at chance if its training labels are shuffled',
  meaning:
    'The model gets the answers in another way: from state of an earlier fit, from weights trained elsewhere, or by reading the ' +
    'data set itself.',
  cure: 'Keep all fitted state in variables of create, not at the top level of the file. Do not read data or weights from elsewhere.',
  images: 64,
  async run(trial) {
    // A fit on the true labels in the same process: if the model keeps its state, the next fit shows it.
    await trial.fitted();
    const first = await tryWith(trial, trial.seed);
    return first.verdict === 'passed' ? first : tryWith(trial, trial.seed + 1);
  },
};

async function tryWith(trial: Trial, seed: number): Promise<Finding> {
  const { few, test } = trial.images;
  const random = createRandom(seed);
  const labels = Uint8Array.from(shuffle([...few.labels], random));
  const prediction = await withFitted(trial, { train: relabelled(few, labels) }, (classifier) =>
    classifier.predict(test),
  );
  const right = countRight(prediction, test);
  const byChance = countsByChance(prediction.labels, test.labels, trial.classNames.length, RENAMINGS, random);
  const most = byChance[Math.ceil((1 - LEVEL) * RENAMINGS) - 1]!;
  const message = `${right} of ${test.count} labels are right after a fit on shuffled labels; chance gives at most ${most}`;
  return right <= most ? passed(message) : failed(message);
}
