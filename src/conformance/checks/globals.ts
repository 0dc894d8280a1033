// Check: a model does not replace functions of the process, such as its clock and its message channel.
import { type Check, failed, passed } from '../trial/check.ts';
import { sharedLargeFit } from '../trial/large-fit.ts';
import { replacedFunctions } from '../trial/watched-functions.ts';

export const globals: Check = {
  id: 'globals',
  title: 'does not replace functions of the process',
  meaning:
    'The harness measures times with functions of the model, or other code behaves differently after the model has run.',
  cure:
    'Do not assign to process, performance, Date or the prototypes of built-in classes. If a library does, load another one or ' +
    'run it in a worker thread.',
  isDoctorOnly: true,
  usesLargeFit: true,
  async run(trial) {
    await trial.fitted();
    // What a model does on few images only is not enough to judge it.
    const isLarge = (await sharedLargeFit(trial)) !== undefined;
    const replaced = replacedFunctions();
    if (replaced.length > 0) return failed(`it replaced ${replaced.join(', ')}`);
    const fits = isLarge ? 'a small and a large fit' : 'a small fit';
    return passed(`clock, message channel and built-in functions are the original ones after ${fits}`);
  },
};
