// The check that nothing but the training labels tells a model the answers.
import { createRandom, shuffle } from '../../base/random.ts';
import { relabelled } from '../../data/views.ts';
import { countsByChance } from '../trial/chance.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { countRight, type Trial, withFitted } from '../trial/trial.ts';

/** Renamings of the classes that chance is counted by. */
const RENAMINGS = 10_000;
/** So rarely do honest labels look like a leak in one fit; only two such fits are a failure. */
const LEVEL = 0.001;

export const shuffledLabels: Check = {
  id: 'shuffled-labels',
  title: 'is at chance when its training labels are shuffled',
  meaning:
    'The answers reach the model another way: state kept from an earlier fit, weights trained elsewhere, the data set read anew.',
  cure:
    'Keep everything that is fitted in variables of create, none at the top of the file. Read no data and no weights from ' +
    'elsewhere.',
  async run(trial) {
    // A fit on the true labels in the same process: what a model kept of it, the next one shows.
    await trial.fitted();
    const first = await tryWith(trial, trial.seed);
    return first.verdict === 'passed' ? first : tryWith(trial, trial.seed + 1);
  },
};

async function tryWith(trial: Trial, seed: number): Promise<Finding> {
  const { train, test } = trial.images;
  const random = createRandom(seed);
  const order = shuffle(
    Uint32Array.from({ length: train.count }, (_, i) => i),
    random,
  );
  const labels = Uint8Array.from(order, (position) => train.labels[position]!);
  const prediction = await withFitted(trial, { train: relabelled(train, labels) }, (classifier) =>
    classifier.predict(test),
  );
  const right = countRight(prediction, test);
  const byChance = countsByChance(prediction.labels, test.labels, trial.classNames.length, RENAMINGS, random);
  const most = byChance[Math.ceil((1 - LEVEL) * RENAMINGS) - 1]!;
  const message = `${right} of ${test.count} right after a fit on shuffled labels; by chance at most ${most}`;
  return right <= most ? passed(message) : failed(message);
}
