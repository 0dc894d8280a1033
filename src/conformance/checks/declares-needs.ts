// Check: the adapter declares the float pixels and the TensorFlow that the model uses, and nothing else.
import { type Check, failed, inconclusive, passed } from '../trial/check.ts';

export const declaresNeeds: Check = {
  id: 'declares-needs',
  title: 'declares needsPixels and needsTensorflow if it uses pixels and TensorFlow',
  meaning:
    'The fit looks slower than it is, because float pixels are computed or TensorFlow is loaded while the clock runs. A model ' +
    'that does not declare TensorFlow also fails where nothing else has installed it.',
  cure:
    'Set needsPixels: true in the adapter if the model or a solver reads images.pixels, and needsTensorflow: true if it calls ' +
    'tensorflow(). Remove a declaration that the model does not need.',
  async run(trial) {
    await trial.fitted();
    const { pixels, tensorflow } = trial.uses();
    const { needsPixels = false, needsTensorflow = false } = trial.adapter;
    const needs = [
      { name: 'needsPixels', use: 'read images.pixels', isUsed: pixels, isDeclared: needsPixels },
      { name: 'needsTensorflow', use: 'called tensorflow()', isUsed: tensorflow, isDeclared: needsTensorflow },
    ];
    const missing = needs.filter(({ isUsed, isDeclared }) => isUsed && !isDeclared);
    if (missing.length > 0) {
      return failed(missing.map(({ name, use }) => `it ${use} and does not declare ${name}: true`).join('; '));
    }
    const unused = needs.filter(({ isUsed, isDeclared }) => isDeclared && !isUsed);
    if (unused.length > 0) {
      // Other parameters may need it, so this is no failure.
      const what = unused.map(({ name, use }) => `it declares ${name}: true and has not ${use}`).join('; ');
      return inconclusive(`${what}; remove the declaration unless other parameters need it`);
    }
    const used = needs.filter(({ isUsed }) => isUsed).map(({ name }) => name);
    return passed(used.length > 0 ? `it uses what it declares: ${used.join(', ')}` : 'it needs and declares neither');
  },
};
