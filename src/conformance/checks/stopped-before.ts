// Check: a fit whose signal is already aborted rejects with the reason, or just ends.
import { messageOf } from '../../base/errors.ts';
import { type Check, failed, passed } from '../trial/check.ts';

export const stoppedBefore: Check = {
  id: 'stopped-before',
  title: 'handles a signal that was aborted before the fit',
  meaning: 'A fit that the user stopped is recorded as a failed fit.',
  cure: 'Call context.signal.throwIfAborted() before the first step and between two steps, and do not replace the error that it throws.',
  images: 64,
  async run(trial) {
    const reason = new Error('stopped before the fit');
    const classifier = trial.create({ signal: AbortSignal.abort(reason) });
    try {
      await classifier.fit(trial.images.few, trial.images.validation);
      // A single call to a library cannot be interrupted. The check "stops" limits how long it may take.
      return passed('the fit of a few images ended normally');
    } catch (error) {
      if (error === reason) return passed('the fit rejected with signal.reason');
      return failed(`the fit rejected with another error than signal.reason: ${messageOf(error)}`);
    } finally {
      classifier.dispose?.();
    }
  },
};
