// The check that predictions come from images alone.
import { takeImages } from '../../data/images.ts';
import { firstImages, relabelled } from '../../data/views.ts';
import type { Images } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { countDifferent, withFitted } from '../trial/trial.ts';

export const testLabels: Check = {
  id: 'test-labels',
  title: 'predicts from the images alone',
  meaning: 'The model knows the answers that it is tested on: its accuracy is none.',
  cure: 'Take nothing but count, shape, bytes and pixels from the images in predict, and nothing from the validation labels.',
  async run(trial) {
    const { test, validation: shared } = trial.images;
    // Copies: the labels of these are written to below.
    const validation = takeImages(
      shared,
      Uint32Array.from({ length: shared.count }, (_, i) => i),
    );
    const classCount = trial.classNames.length;
    const wrong = (labels: Uint8Array): Uint8Array => labels.map((label) => (label + 1) % classCount);
    return withFitted(trial, { validation }, async (classifier) => {
      const plain = await classifier.predict(withoutLabels(test));
      const cases = [
        ['the right labels', test],
        ['wrong labels', relabelled(test, wrong(test.labels))],
      ] as const;
      for (const [name, images] of cases) {
        const different = countDifferent(plain, await classifier.predict(images));
        if (different > 0) return failed(`${different} of ${test.count} labels differ where the images carry ${name}`);
      }
      validation.labels.set(wrong(validation.labels));
      const different = countDifferent(plain, await classifier.predict(withoutLabels(test)));
      if (different > 0) {
        return failed(`${different} of ${test.count} labels differ after the validation labels were changed`);
      }
      return passed('labels beside the test images, right or wrong, change nothing');
    });
  },
};

/** An object with no more than the contract promises. */
function withoutLabels(images: Images): Images {
  const { count, shape, bytes, pixels } = firstImages(images, images.count);
  return { count, shape, bytes, pixels };
}
