// Check: a model does not write to the images and labels that it shares with other models.
import { type Check, failed, passed } from '../trial/check.ts';

export const readOnly: Check = {
  id: 'read-only',
  title: 'does not write to its images and labels',
  meaning: 'The images and labels of the data set are changed, so scores are wrong.',
  cure: 'Copy an array before you change it: Float32Array.from(images.pixels). Shuffle indices, not images.',
  async run(trial) {
    const { changedArrays } = await trial.fitted();
    if (changedArrays.length > 0) return failed(`it wrote to the ${changedArrays.join(', ')}`);
    return passed('bytes, pixels and labels are the same after fit and predict');
  },
};
