// Check: a prediction has the right number, type and range of labels and probabilities.
import { firstImages } from '../../data/views.ts';
import { checkPrediction } from '../../metrics/check-prediction.ts';
import { type Check, failed, passed } from '../trial/check.ts';

/** How far the probability of the label may be below the highest one: rounding of sums in another order. */
const TIE = 1e-5;

export const predictionForm: Check = {
  id: 'prediction-form',
  title: 'returns one class per image, and probabilities that sum to 1 if it has any',
  meaning: 'A benchmark rejects the prediction, or log loss and calibration error are meaningless.',
  cure:
    'Return one class index per image as labels. Return probabilities, if any, as images x classes numbers in [0, 1] whose ' +
    'rows sum to 1. Any array of numbers will do. The label must be a class with the highest probability.',
  async run(trial) {
    const { classifier, prediction } = await trial.fitted();
    const { test } = trial.images;
    const classCount = trial.classNames.length;
    checkPrediction(prediction, test.count, classCount);
    const { labels, probabilities } = prediction;
    for (let i = 0; probabilities && i < test.count; i++) {
      const row = probabilities.subarray(i * classCount, (i + 1) * classCount);
      const highest = Math.max(...row);
      const ofLabel = row[labels[i]!]!;
      if (ofLabel < highest - TIE) {
        const other = row.indexOf(highest);
        return failed(
          `image ${i} has label ${labels[i]} (probability ${ofLabel}), but class ${other} has probability ${highest}`,
        );
      }
    }
    checkPrediction(await classifier.predict(firstImages(test, 0)), 0, classCount);
    return passed(
      probabilities ? 'labels and probabilities are valid' : 'labels are valid; there are no probabilities',
    );
  },
};
