// The check that a fit does not start when it was stopped already.
import { messageOf } from '../../base/errors.ts';
import { type Check, failed, passed } from '../trial/check.ts';

export const stoppedBefore: Check = {
  id: 'stopped-before',
  title: 'ends in good order when it was stopped before it began',
  meaning: 'A comparison that was stopped ends with a fit that is said to have failed.',
  cure: 'Call context.signal.throwIfAborted() between two steps, the first included, and let what it throws pass.',
  async run(trial) {
    const reason = new Error('stopped before the fit');
    const classifier = trial.create({ signal: AbortSignal.abort(reason) });
    try {
      await classifier.fit(trial.images.few, trial.images.validation);
      // A single call to a library cannot be interrupted; how long that may take, another check asks.
      return passed('the fit of a few images just ended');
    } catch (error) {
      if (error === reason) return passed('the fit rejected with the reason');
      return failed(`the fit rejected with another error than signal.reason: ${messageOf(error)}`);
    } finally {
      classifier.dispose?.();
    }
  },
};
