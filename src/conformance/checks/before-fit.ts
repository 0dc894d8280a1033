// Check: predict and save throw before the model is fitted.
import { type Check, failed, passed } from '../trial/check.ts';

export const beforeFit: Check = {
  id: 'before-fit',
  title: 'throws if predict or save is called before fit',
  meaning:
    'A wrong order of calls gives meaningless labels instead of an error, or weights of another fit are still in use.',
  cure:
    'Keep the fitted state in a variable of create that is undefined until fit sets it. While it is undefined, throw new ' +
    "Error('predict called before fit').",
  async run(trial) {
    const classifier = trial.create();
    try {
      for (const [name, call] of [
        ['predict', () => classifier.predict(trial.images.test)],
        ['save', () => classifier.save!()],
      ] as const) {
        if (!classifier[name]) continue;
        if (!(await throws(call))) return failed(`${name} before fit did not throw`);
      }
      return passed('predict before fit throws');
    } finally {
      classifier.dispose?.();
    }
  },
};

async function throws(call: () => unknown): Promise<boolean> {
  try {
    await call();
    return false;
  } catch {
    return true;
  }
}
