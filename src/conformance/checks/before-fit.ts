// The check that nothing can be had of a model before it was fitted.
import { type Check, failed, passed } from '../trial/check.ts';

export const beforeFit: Check = {
  id: 'before-fit',
  title: 'refuses to predict before it was fitted',
  meaning: 'A mistake in the order of calls gives made-up labels instead of an error, or weights outlive their fit.',
  cure: "Keep the fitted state in a variable of create, undefined at first, and throw new Error('predict called before fit').",
  async run(trial) {
    const classifier = trial.create();
    try {
      for (const [name, call] of [
        ['predict', () => classifier.predict(trial.images.test)],
        ['save', () => classifier.save!()],
      ] as const) {
        if (!classifier[name]) continue;
        if (!(await isRefused(call))) return failed(`${name} answered before the fit`);
      }
      return passed('predict before the fit is an error');
    } finally {
      classifier.dispose?.();
    }
  },
};

async function isRefused(call: () => unknown): Promise<boolean> {
  try {
    await call();
    return false;
  } catch {
    return true;
  }
}
