// Check: the work of a fit on thousands of images happens in `fit` itself, where the clock counts it.
import { unlabelled } from '../../data/views.ts';
import { milliseconds } from '../../document/format.ts';
import { type Check, failed, inconclusive, passed } from '../trial/check.ts';
import {
  fastestSingle,
  fitLarge,
  type LargeFit,
  newLargeImages,
  sharedLargeFit,
  TOO_SLOW,
} from '../trial/large-fit.ts';
import { measureWork } from '../trial/own-clock.ts';
import type { Trial } from '../trial/trial.ts';

/** Number of fits that must show a fault before the check fails. */
const ATTEMPTS = 3;
/** Work that may happen anywhere: compiling, allocating, starting threads. */
const FREE_MILLISECONDS = 100;
/** Share of the fit that may happen before it, in its checkpoint or in the first prediction. */
const MOST_SHARE = 0.1;
/** Evaluation may take this share of the fit: there are a tenth as many validation images as training images. */
const MOST_EVALUATING_SHARE = 0.5;
/** An evaluation may take this many times as long as a prediction of the validation images. */
const MOST_EVALUATION_RATIO = 3;
/** Tolerance for two predictions that should take equally long. */
const MOST_DIFFERENCE = 0.5;

export const largeClock: Check = {
  id: 'large-clock',
  title: 'does the work of a large fit in fit',
  meaning:
    'The measured fit time is too short: training happens where the clock does not count it, or again in every prediction.',
  cure:
    'Train in fit, outside of context.evaluating. Let the function of checkpoint.save return the state and nothing else, create no ' +
    'more than variables in create, and keep the fitted state for all predictions.',
  isDoctorOnly: true,
  usesLargeFit: true,
  async run(trial) {
    const single = await singleAfterSmallFit(trial);
    let fault: string | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const fit = await (attempt === 0 ? sharedLargeFit(trial) : fitLarge(trial, newLargeImages(trial)));
      if (!fit) return inconclusive(TOO_SLOW);
      fault = fitFault(fit) ?? predictionFault(fit, single);
      const { times } = fit;
      if (fault === undefined) {
        return passed(
          `a fit of ${milliseconds(times.fit)} spent ${milliseconds(times.evaluating)} on validation; create took ` +
            `${milliseconds(times.create)}`,
        );
      }
    }
    return failed(`${fault} (in ${ATTEMPTS} fits of ${ATTEMPTS})`);
  },
};

/** Milliseconds of predicting one image after the shared fit on few images. */
async function singleAfterSmallFit(trial: Trial): Promise<number> {
  const { classifier } = await trial.fitted();
  return fastestSingle(trial.images.test, (images) =>
    measureWork(trial.device, async () => (await classifier.predict(unlabelled(images))).labels),
  );
}

/** Looks for training outside of `fit` and in the parts that do not count as training. */
function fitFault({ times, predictions }: LargeFit): string | undefined {
  const { create, fit, evaluating, evaluations, saving } = times;
  const most = FREE_MILLISECONDS + MOST_SHARE * fit;
  const of = `of a fit of ${milliseconds(fit)}`;
  if (create > most) return `create took ${milliseconds(create)} before a fit of ${milliseconds(fit)}`;
  if (saving > most) return `${milliseconds(saving)} ${of} were spent in the function that checkpoint.save was given`;
  const { validation } = predictions.times;
  const mostEvaluating = Math.min(
    FREE_MILLISECONDS + MOST_EVALUATING_SHARE * fit,
    most + MOST_EVALUATION_RATIO * evaluations * validation,
  );
  if (evaluating > mostEvaluating) {
    return (
      `${milliseconds(evaluating)} ${of} were spent inside context.evaluating (calls: ${evaluations}), although predicting the ` +
      `validation images takes ${milliseconds(validation)}`
    );
  }
  return undefined;
}

/** Looks for training in predictions. */
function predictionFault({ images, times, predictions }: LargeFit, singleAfterSmall: number): string | undefined {
  const { first, reordered, inParts, single } = predictions.times;
  const all = `${images.test.count} images`;
  if (first - reordered > FREE_MILLISECONDS + MOST_SHARE * times.fit + MOST_DIFFERENCE * reordered) {
    return `the first prediction of ${all} took ${milliseconds(first)}, the next one ${milliseconds(reordered)}`;
  }
  if (single - singleAfterSmall > FREE_MILLISECONDS + singleAfterSmall) {
    return (
      `predicting one image takes ${milliseconds(single)} after a fit of ${images.train.count} images, and ` +
      `${milliseconds(singleAfterSmall)} after a small fit`
    );
  }
  const rest = reordered - inParts;
  if (rest > FREE_MILLISECONDS + MOST_DIFFERENCE * inParts) {
    return `predicting ${all} at once takes ${milliseconds(reordered)}, in parts of 1,000 ${milliseconds(inParts)}`;
  }
  return undefined;
}
