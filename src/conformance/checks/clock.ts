// The check that a fit is over when it says so: the clock stops when `fit` resolves.
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstImages } from '../../data/views.ts';
import { summarize } from '../../stats/summary.ts';
import type { FitContext } from '../../types.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { type Trial, withFitted } from '../trial/trial.ts';

/** Fits tried before what is seen counts as the model's fault: other work on the machine looks the same once. */
const ATTEMPTS = 3;
/** Images that are predicted to see whether the first prediction pays for the fit. */
const PREDICTED = 100;
const LATER_PREDICTIONS = 3;
/** Collecting garbage may go on for so long after a fit. */
const SETTLE_MILLISECONDS = 50;
/** How long the process is watched while it should do nothing. */
const WATCH_MILLISECONDS = 200;
/** Share of one core that an idle process may use. */
const MOST_IDLE_SHARE = 0.05;
/** What a reading of the clock may be wrong by, for the device and for predictions, in milliseconds. */
const MOST_QUEUE_MILLISECONDS = 20;
const MOST_FIRST_MILLISECONDS = 100;
/** What may be left undone, as a share of the fit. */
const MOST_SHARE = 0.1;

/** A fit that takes less of the time of a prediction is that of a lazy learner. */
const MOST_LAZY_SHARE = 0.1;

/** One fit and what came after it, in milliseconds. */
interface Measured {
  readonly fit: number;
  /** Of the fit, spent inside `context.evaluating`. */
  readonly evaluating: number;
  /** Until the device had done all it was given. */
  readonly queue: number;
  /** Processor time of all threads per millisecond while nothing was asked of the model. */
  readonly idleShare: number;
  readonly firstPrediction: number;
  /** The median of those after it. */
  readonly laterPrediction: number;
}

export const clock: Check = {
  id: 'clock',
  title: 'is done when its fit says so',
  meaning:
    'The fit looks faster than it is: part of it runs after the clock stopped, or where the clock does not look.',
  cure:
    'Await all work before fit returns: join worker threads, and read back one value that depends on the last step. Fit in fit, ' +
    'not in the first predict, and keep context.evaluating for validation passes.',
  isMeasured: true,
  async run(trial) {
    // Compiles and loads what the first fit of a process has to.
    await measure(trial);
    const fits: Measured[] = [];
    let fault: string | undefined;
    do {
      const measured = await measure(trial);
      fits.push(measured);
      fault = faultOf(measured);
    } while (fault !== undefined && fits.length < ATTEMPTS);
    return fault === undefined ? describeFit(fits.at(-1)!) : failed(`${fault} (in ${ATTEMPTS} fits of ${ATTEMPTS})`);
  },
};

async function measure(trial: Trial): Promise<Measured> {
  const { train, test } = trial.images;
  let evaluating = 0;
  const paused: FitContext['evaluating'] = async (work) => {
    const from = performance.now();
    try {
      return await work();
    } finally {
      evaluating += performance.now() - from;
    }
  };
  // Read once here: making the pixels is no part of a fit.
  void train.pixels;
  const start = performance.now();
  return withFitted(trial, { train, changes: { evaluating: paused } }, async (classifier) => {
    const fit = performance.now() - start;
    const queue = await timed(() => trial.queue.idle());
    const idleShare = await watchIdle();
    const images = firstImages(test, PREDICTED);
    const firstPrediction = await timed(() => classifier.predict(images));
    const later: number[] = [];
    while (later.length < LATER_PREDICTIONS) later.push(await timed(() => classifier.predict(images)));
    return { fit, evaluating, queue, idleShare, firstPrediction, laterPrediction: summarize(later).median };
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Gives the share of one core that this process uses, in all its threads, while it waits. */
async function watchIdle(): Promise<number> {
  await sleep(SETTLE_MILLISECONDS);
  const [start, before] = [performance.now(), process.cpuUsage()];
  await sleep(WATCH_MILLISECONDS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - start);
}

function faultOf({
  fit,
  evaluating,
  queue,
  idleShare,
  firstPrediction,
  laterPrediction,
}: Measured): string | undefined {
  const after = `after a fit of ${ms(fit)}`;
  if (queue > MOST_QUEUE_MILLISECONDS + MOST_SHARE * fit) return `the device was busy for ${ms(queue)} ${after}`;
  if (idleShare > MOST_IDLE_SHARE) return `the process went on computing on ${idleShare.toFixed(2)} cores ${after}`;
  const extra = firstPrediction - laterPrediction;
  if (extra > MOST_FIRST_MILLISECONDS + MOST_SHARE * fit) {
    return `the first prediction took ${ms(firstPrediction)}, later ones ${ms(laterPrediction)}, ${after}`;
  }
  // Without validation images there is nothing to evaluate.
  if (evaluating > MOST_QUEUE_MILLISECONDS + MOST_SHARE * fit) {
    return `${ms(evaluating)} of a fit of ${ms(fit)} ran inside context.evaluating, without validation images`;
  }
  return undefined;
}

function describeFit({ fit, laterPrediction }: Measured): Finding {
  const message = `nothing was left to do after a fit of ${ms(fit)}`;
  if (fit >= MOST_LAZY_SHARE * laterPrediction) return passed(message);
  return passed(
    `${message}; a lazy learner: it pays when it predicts (${ms(laterPrediction)} for ${PREDICTED} images)`,
  );
}

function ms(milliseconds: number): string {
  return milliseconds < 9.5 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}
