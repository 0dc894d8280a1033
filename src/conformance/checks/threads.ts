// Check: a model uses no more threads than it is given, and starts no processes.
import { counted } from '../../document/format.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { sharedLargeFit } from '../trial/large-fit.ts';
import { takeBalanced } from '../trial/small-data.ts';
import { watchThreads } from '../trial/thread-watch.ts';
import { imagesToRepeat, withFitted } from '../trial/trial.ts';

/** Longer large fits are not repeated: fits of 400 images are watched instead. */
const MOST_LARGE_MILLISECONDS = 5000;
/** Threads that the model is given. */
const GIVEN = 1;
/** Threads that may exist in addition, because a thread that has ended disappears a moment later. */
const SPARE = 1;
/** Number of fits that must show a fault before the check fails. */
const ATTEMPTS = 3;

export const threads: Check = {
  id: 'threads',
  title: 'uses no more threads than it is given, and no other processes',
  meaning: 'The model computes on more cores than the others, or its time and memory are not measured.',
  cure:
    'Start at most context.threads worker threads, for example with createWorkerPool of src/solvers/worker-pool.ts, and no child ' +
    'processes.',
  images: 400,
  isDoctorOnly: true,
  usesLargeFit: true,
  async run(trial) {
    const large = await sharedLargeFit(trial);
    const repeated = takeBalanced(trial.images.train, await imagesToRepeat(trial));
    const isLarge = large !== undefined && large.times.fit <= MOST_LARGE_MILLISECONDS;
    const train = isLarge ? large.images.train : repeated;
    const fitAndPredict = (): Promise<unknown> =>
      withFitted(trial, { train, changes: { threads: GIVEN } }, (classifier) => classifier.predict(trial.images.test));
    // The engine's threads have started with the shared fits, and stay.
    let found = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const most = await watchThreads(fitAndPredict);
      found = `it started ${counted(most.threads, 'thread')} and ${most.processes} child processes`;
      if (most.threads <= GIVEN + SPARE && most.processes === 0) return passed(`${found} with ${GIVEN} thread allowed`);
    }
    return failed(`${found} with ${GIVEN} thread allowed (in ${ATTEMPTS} fits of ${ATTEMPTS})`);
  },
};
