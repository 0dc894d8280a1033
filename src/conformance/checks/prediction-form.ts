// The check of a prediction's form: how many labels and probabilities, of what kind, in what range.

import { firstImages } from '../../data/views.ts';
import { checkPrediction } from '../../metrics/check-prediction.ts';
import { type Check, failed, passed } from '../trial/check.ts';

/** How much less than the largest the probability of the label may be: sums in another order, no more. */
const TIE = 1e-5;

export const predictionForm: Check = {
  id: 'prediction-form',
  title: 'gives every image one class, with probabilities that sum to 1, if any',
  meaning: 'A fit of the model fails, or its log loss and calibration error mean nothing.',
  cure:
    'Return labels as a Uint8Array with one class index an image, and probabilities, if there are any, as a Float32Array of ' +
    'images x classes in [0, 1] whose rows sum to 1. The label is a class of the largest probability.',
  async run(trial) {
    const { classifier, prediction } = await trial.fitted();
    const { test } = trial.images;
    const classCount = trial.classNames.length;
    checkPrediction(prediction, test.count, classCount);
    const { labels, probabilities } = prediction;
    for (let i = 0; probabilities && i < test.count; i++) {
      const row = probabilities.subarray(i * classCount, (i + 1) * classCount);
      const most = Math.max(...row);
      if (row[labels[i]!]! < most - TIE) {
        const class_ = row.indexOf(most);
        return failed(
          `the label of image ${i} is ${labels[i]} (probability ${row[labels[i]!]}), and class ${class_} has ${most}`,
        );
      }
    }
    checkPrediction(await classifier.predict(firstImages(test, 0)), 0, classCount);
    return passed(
      probabilities ? 'labels and probabilities are well formed' : 'labels are well formed; no probabilities',
    );
  },
};
