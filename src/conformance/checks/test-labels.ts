// Check: predictions depend on the images only, not on labels.
import { firstImages, relabelled } from '../../data/views.ts';
import type { Images, LabelledImages } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { countDifferent } from '../trial/trial.ts';

/** Enough: a model that uses labels changes nearly all predictions. */
const PREDICTED = 50;

export const testLabels: Check = {
  id: 'test-labels',
  title: 'predicts from the images alone',
  meaning: 'The model uses the answers that it is tested on, so its accuracy is meaningless.',
  cure: 'In predict, read only count, shape, bytes and pixels of the images, and use no validation labels.',
  async run(trial) {
    const { classifier, validation } = await trial.fitted();
    const test = firstImages(trial.images.test, PREDICTED);
    const wrong = (labels: Uint8Array): Uint8Array => labels.map((label) => (label + 1) % trial.classNames.length);
    const plain = await classifier.predict(withoutLabels(test));
    const differentFrom = async (images: Images): Promise<number> =>
      countDifferent(plain, await classifier.predict(images));
    const cases: readonly (readonly [string, LabelledImages])[] = [
      ['correct labels', test],
      ['wrong labels', relabelled(test, wrong(test.labels))],
    ];
    for (const [name, images] of cases) {
      const different = await differentFrom(images);
      if (different > 0) return failed(`${different} of ${test.count} labels differ if the images have ${name}`);
    }
    const labels = validation.labels.slice();
    validation.labels.set(wrong(labels));
    const different = await differentFrom(withoutLabels(test));
    validation.labels.set(labels);
    if (different > 0)
      return failed(`${different} of ${test.count} labels differ if the validation labels are changed`);
    return passed('labels of test and validation images do not change the prediction');
  },
};

/** Returns an object with only the properties that the adapter interface promises. */
function withoutLabels(images: Images): Images {
  const { count, shape, bytes, pixels } = images;
  return { count, shape, bytes, pixels };
}
