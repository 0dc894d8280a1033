// Check: all work of a fit is finished when `fit` resolves, because the clock stops then.

import { setTimeout as sleep } from 'node:timers/promises';
import { firstImages } from '../../data/views.ts';
import { milliseconds } from '../../document/format.ts';
import { summarize } from '../../stats/summary.ts';
import type { FitContext, LabelledImages } from '../../types.ts';
import { type Check, type Finding, failed, passed } from '../trial/check.ts';
import { measureWork, ownClock, workClock } from '../trial/own-clock.ts';
import { takeBalanced } from '../trial/small-data.ts';
import { imagesToRepeat, type Trial, withFitted } from '../trial/trial.ts';

/** Number of fits that must show a fault before the check fails: other programs can cause one, but rarely three. */
const ATTEMPTS = 3;
/** Images of the predictions that show whether the first one contains a part of the fit. */
const PREDICTED = 100;
const LATER_PREDICTIONS = 3;
/** Garbage collection may continue for this long after a fit. */
const SETTLE_MILLISECONDS = 50;
/** The check watches the process for this long, again and again until it is idle. */
const WATCH_MILLISECONDS = 200;
const MOST_WATCHES = 5;
/** Maximum processor time of an idle process while it is watched once. */
const MOST_IDLE_MILLISECONDS = 10;
/** Processor time after a fit until the process is idle: Node's own threads were seen to take 190 ms on a busy machine. */
const MOST_LEFT_MILLISECONDS = 250;
/** Tolerances of the measurements of the device and of predictions. */
const MOST_QUEUE_MILLISECONDS = 20;
const MOST_FIRST_MILLISECONDS = 100;
/** Maximum share of the fit that may happen elsewhere. */
const MOST_SHARE = 0.1;

/** A model whose fit takes less than this share of a prediction is a lazy learner. */
const MOST_LAZY_SHARE = 0.1;

/** Times of one fit and of what follows it, in milliseconds: processor time on the CPU, elapsed time on other devices. */
interface Measured {
  readonly fit: number;
  /** Part of the fit inside `context.evaluating`. */
  readonly evaluating: number;
  /** Time until the device was idle. */
  readonly queue: number;
  /** Processor time of all threads while the process should be idle. */
  readonly left: number;
  readonly firstPrediction: number;
  /** Median of the predictions after the first. */
  readonly laterPrediction: number;
}

export const clock: Check = {
  id: 'clock',
  title: 'finishes all work before fit resolves',
  meaning: 'The measured fit time is too short, because work runs after fit has resolved or inside context.evaluating.',
  cure:
    'Await all work before fit returns: join worker threads, and read back one value that depends on the last step. Do the ' +
    'fitting in fit, not in the first predict, and use context.evaluating for validation passes only.',
  images: 400,
  isDoctorOnly: true,
  async run(trial) {
    // The shared fit has compiled and loaded what the first fit of a process needs.
    const train = takeBalanced(trial.images.train, await imagesToRepeat(trial));
    const fits: Measured[] = [];
    let fault: string | undefined;
    do {
      const measured = await measure(trial, train);
      fits.push(measured);
      fault = faultOf(measured);
    } while (fault !== undefined && fits.length < ATTEMPTS);
    return fault === undefined ? describeFit(fits.at(-1)!) : failed(`${fault} (in ${ATTEMPTS} fits of ${ATTEMPTS})`);
  },
};

async function measure(trial: Trial, train: LabelledImages): Promise<Measured> {
  const { test } = trial.images;
  const now = workClock(trial.device);
  const timed = async (work: () => Promise<unknown>): Promise<number> =>
    (await measureWork(trial.device, work)).milliseconds;
  let evaluating = 0;
  const paused: FitContext['evaluating'] = async (work) => {
    const { result, milliseconds } = await measureWork(trial.device, work);
    evaluating += milliseconds;
    return result;
  };
  // The harness also computes the pixels before the fit.
  void train.pixels;
  const start = now();
  return withFitted(trial, { train, changes: { evaluating: paused } }, async (classifier) => {
    const fit = now() - start;
    const queue = await timed(() => trial.queue.idle());
    const left = await watchIdle();
    const images = firstImages(test, PREDICTED);
    const firstPrediction = await timed(() => classifier.predict(images));
    const later: number[] = [];
    while (later.length < LATER_PREDICTIONS) later.push(await timed(() => classifier.predict(images)));
    return { fit, evaluating, queue, left, firstPrediction, laterPrediction: summarize(later).median };
  });
}

/** Returns the processor time that all threads of this process use until it is idle. */
async function watchIdle(): Promise<number> {
  await sleep(SETTLE_MILLISECONDS);
  const start = ownClock.processor();
  for (let i = 0; i < MOST_WATCHES; i++) {
    const before = ownClock.processor();
    await sleep(WATCH_MILLISECONDS);
    if (ownClock.processor() - before <= MOST_IDLE_MILLISECONDS) break;
  }
  return ownClock.processor() - start;
}

function faultOf({ fit, evaluating, queue, left, firstPrediction, laterPrediction }: Measured): string | undefined {
  const after = `after a fit of ${milliseconds(fit)}`;
  // There are no validation images, so there is nothing to evaluate.
  if (evaluating > MOST_QUEUE_MILLISECONDS + MOST_SHARE * fit) {
    return `${milliseconds(evaluating)} of a fit of ${milliseconds(fit)} ran inside context.evaluating, without validation images`;
  }
  if (queue > MOST_QUEUE_MILLISECONDS + MOST_SHARE * fit)
    return `the device was busy for ${milliseconds(queue)} ${after}`;
  if (left > MOST_LEFT_MILLISECONDS + MOST_SHARE * fit) {
    return `the process still used ${milliseconds(left)} of processor time ${after}`;
  }
  const extra = firstPrediction - laterPrediction;
  if (extra > MOST_FIRST_MILLISECONDS + MOST_SHARE * fit) {
    return `the first prediction took ${milliseconds(firstPrediction)}, later ones ${milliseconds(laterPrediction)}, ${after}`;
  }
  return undefined;
}

function describeFit({ fit, laterPrediction }: Measured): Finding {
  const message = `no work was left after a fit of ${milliseconds(fit)}`;
  if (fit >= MOST_LAZY_SHARE * laterPrediction) return passed(message);
  return passed(
    `${message}; it is a lazy learner, which works when it predicts (${milliseconds(laterPrediction)} for ${PREDICTED} images)`,
  );
}
