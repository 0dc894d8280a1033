// The check that a model leaves the shared images as they are.
import { createHash } from 'node:crypto';
import { firstImages } from '../../data/views.ts';
import type { LabelledImages } from '../../types.ts';
import { type Check, failed, passed } from '../trial/check.ts';
import { withFitted } from '../trial/trial.ts';

const VIEWS = ['bytes', 'pixels', 'labels'] as const;

export const readOnly: Check = {
  id: 'read-only',
  title: 'leaves its images and labels as they were',
  meaning: 'What is shared is changed: scores are computed on other labels or pixels than those of the data set.',
  cure: 'Copy what is to be changed: Float32Array.from(images.pixels). Shuffle positions, not images.',
  async run(trial) {
    const { few, validation, test } = trial.images;
    const parts = { training: few, validation: firstImages(validation, few.count), test };
    const before = Object.values(parts).flatMap(fingerprints);
    await withFitted(trial, { validation: parts.validation }, (classifier) => classifier.predict(test));
    const after = Object.values(parts).flatMap(fingerprints);
    const names = Object.keys(parts).flatMap((part) => VIEWS.map((view) => `${view} of the ${part} images`));
    const changed = names.filter((_, i) => before[i] !== after[i]);
    if (changed.length > 0) return failed(`it wrote to the ${changed.join(', ')}`);
    return passed('bytes, pixels and labels are the same after the fit and the prediction');
  },
};

function fingerprints(images: LabelledImages): string[] {
  return VIEWS.map((view) => {
    const { buffer, byteOffset, byteLength } = images[view];
    return createHash('sha256')
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest('hex');
  });
}
